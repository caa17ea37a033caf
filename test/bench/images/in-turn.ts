import type { BenchImage } from "./bench-image.ts";

/** Names images one after the other, in steps that share no factor with their number: neighbours in time are far apart in the table. */
export function inTurn(images: readonly BenchImage[]): () => BenchImage {
  let index = 0;
  return () => {
    index = (index + 7919) % images.length;
    const image = images[index];
    if (image === undefined) {
      throw new Error("There are no images to ask for");
    }
    return image;
  };
}
