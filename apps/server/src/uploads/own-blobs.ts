import type { BlobId } from "@tintype/store/blob-store.ts";
import { mayDo } from "../identity/authorize.ts";
import { objectResource } from "../identity/bucket-resource.ts";
import { eachImage } from "../images/each-image.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

const objectsAtOnce = 500;

/** Whose content, and of whom it is asked for. */
export interface OwnContent {
  readonly principal: Principal;
  readonly projectId: ProjectId;
}

/** What a blob belongs to. */
export type BlobOwner =
  | { readonly kind: "image"; readonly id: ImageId }
  | { readonly kind: "object"; readonly bucket: string; readonly key: string };

/** A blob that a caller may read, since it belongs to something that it may read. */
export interface OwnBlob {
  readonly blobId: BlobId;
  readonly owner: BlobOwner;
}

/**
 * Blobs of the images and bucket objects of a project that a caller may read there: images newest first, then objects by their names. Images
 * that are encrypted, or were put out of use, are none of them. Objects of less than `leastBytes` are left out.
 *
 * Memory  a page of 200 images, or 500 names of objects
 */
export async function* ownBlobs(catalog: Catalog, content: OwnContent, leastBytes: number): AsyncGenerator<OwnBlob, void, undefined> {
  const { principal, projectId } = content;
  if (mayDo(principal, "ims:images:list")) {
    for await (const images of eachImage({ catalog }, principal, "own")) {
      for (const { id, disks } of images.filter((image) => isReadable(image, content))) {
        yield* disks.map(({ blobId }) => ({ blobId, owner: { kind: "image", id } as const }));
      }
    }
  }
  for (const { name } of await catalog.buckets.buckets(projectId)) {
    yield* blobsOfBucket(catalog, name, { principal, leastBytes });
  }
}

/** Tells whether a blob that was one of `ownBlobs` is one still, or for another caller. */
export async function isOwnBlob({ images, buckets }: Catalog, content: OwnContent, { blobId, owner }: OwnBlob): Promise<boolean> {
  if (owner.kind === "image") {
    const image = await images.get(owner.id);
    return image !== undefined && isReadable(image, content) && image.disks.some((disk) => disk.blobId === blobId);
  }
  const { bucket, key } = owner;
  const isReadableObject = (await buckets.bucket(bucket))?.projectId === content.projectId && mayRead(content.principal, bucket, key);
  return isReadableObject && (await buckets.object(bucket, key))?.parts.some((part) => part.blobId === blobId) === true;
}

function isReadable(image: ImageRecord, { principal, projectId }: OwnContent): boolean {
  const { status, encryption } = image;
  const isPlain = status === "active" && encryption === undefined;
  return isPlain && image.projectId === projectId && mayDo(principal, "ims:images:export", image);
}

function mayRead(principal: Principal, bucket: string, key: string): boolean {
  return mayDo(principal, "obs:object:GetObject", objectResource(bucket, key));
}

async function* blobsOfBucket(
  { buckets }: Pick<Catalog, "buckets">,
  bucket: string,
  { principal, leastBytes }: { readonly principal: Principal; readonly leastBytes: number },
): AsyncGenerator<OwnBlob, void, undefined> {
  for (let after = ""; ;) {
    const page = await buckets.objects(bucket, { prefix: "", after, limit: objectsAtOnce });
    for (const { key, lengthBytes } of page) {
      if (lengthBytes >= leastBytes && mayRead(principal, bucket, key)) {
        const owner = { kind: "object", bucket, key } as const;
        yield* (await buckets.object(bucket, key))?.parts.map(({ blobId }) => ({ blobId, owner })) ?? [];
      }
    }
    const last = page.at(-1);
    if (last === undefined || page.length < objectsAtOnce) {
      return;
    }
    after = last.key;
  }
}
