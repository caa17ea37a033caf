import type { ImageLocation, ImageRecord } from "../../ports/image-catalog.ts";

type Place = Pick<ImageRecord, "id" | "status" | "disks" | "stores" | "locations">;

/**
 * The places of an image's content as they are shown and counted: first the store that holds it, if it is here. That one says no path and
 * opens nothing; behind it comes where the content came from.
 */
export function shownLocations(image: Place): readonly ImageLocation[] {
  const own = storeLocation(image);
  return own === undefined ? image.locations : [own, ...image.locations];
}

/** The place in the service, of an image whose content is here. Content that waits for its import is in no place yet. */
export function storeLocation({ id, status, disks, stores }: Place): ImageLocation | undefined {
  const isHere = (status === "active" || status === "deactivated") && disks.length > 0;
  const [store = "main"] = stores;
  return isHere ? { url: `tintype://${store}/${id}`, metadata: { store } } : undefined;
}
