import { createHash } from "node:crypto";

/** An image of the benchmark: the same in both services. */
export interface BenchImage {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly tags: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}

/** `count` images, the same ones in every run: eight free attributes and two tags each; one in a hundred has the tag `rare`. */
export function benchImages(count: number): readonly BenchImage[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash("sha256").update(`image ${index}`).digest("hex");
    const id = digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
    return {
      id,
      name: `web-${index}`,
      createdAt: Date.UTC(2026, 0, 1) + index * 1000,
      tags: [`env=${index % 7}`, index % 100 === 0 ? "rare" : "common"],
      properties: Object.fromEntries(
        Array.from({ length: 8 }, (_, property) => [`hw_property_${property}`, `value ${index % (property + 3)}`]),
      ),
    };
  });
}
