import type { BlobId } from "@tintype/store/blob-store.ts";
import { mayDo } from "../identity/authorize.ts";
import { objectResource } from "../identity/bucket-resource.ts";
import { eachImage } from "../images/each-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

const objectsAtOnce = 500;

/** Whose blobs, and which are worth a look. */
export interface OwnBlobs {
  readonly principal: Principal;
  readonly projectId: ProjectId;
  /** Smaller objects are left out. */
  readonly leastBytes: number;
}

/**
 * Blobs of the images and bucket objects of a project that a caller may read there: images newest first, then objects by their names. Images
 * that are encrypted, or were put out of use, are none of them.
 *
 * Memory  a page of 200 images, or 500 names of objects
 */
export async function* ownBlobs(catalog: Catalog, { principal, projectId, leastBytes }: OwnBlobs): AsyncGenerator<BlobId, void, undefined> {
  if (mayDo(principal, "ims:images:list")) {
    for await (const images of eachImage({ catalog }, principal, "own")) {
      const readable = images.filter(
        (image) => image.status === "active" && image.encryption === undefined && mayDo(principal, "ims:images:export", image),
      );
      yield* readable.flatMap(({ disks }) => disks.map(({ blobId }) => blobId));
    }
  }
  for (const { name } of await catalog.buckets.buckets(projectId)) {
    yield* blobsOfBucket(catalog, name, { principal, leastBytes });
  }
}

async function* blobsOfBucket(
  { buckets }: Pick<Catalog, "buckets">,
  bucket: string,
  { principal, leastBytes }: Pick<OwnBlobs, "principal" | "leastBytes">,
): AsyncGenerator<BlobId, void, undefined> {
  for (let after = ""; ;) {
    const page = await buckets.objects(bucket, { prefix: "", after, limit: objectsAtOnce });
    for (const { key, lengthBytes } of page) {
      if (lengthBytes >= leastBytes && mayDo(principal, "obs:object:GetObject", objectResource(bucket, key))) {
        yield* (await buckets.object(bucket, key))?.parts.map(({ blobId }) => blobId) ?? [];
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < objectsAtOnce) {
      return;
    }
    after = last.key;
  }
}
