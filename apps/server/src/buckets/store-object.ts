import type { BlobWriter } from "@tintype/store/blob-store.ts";
import type { ObjectEncryption, ObjectRecord, StorageClass } from "../ports/bucket-catalog.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { checkMetadata } from "./check-metadata.ts";
import { checkObjectKey } from "./check-object-key.ts";
import { newObjectKey } from "./object-keys.ts";
import { requireBucket } from "./require-bucket.ts";
import type { ObjectAddress } from "./require-bucket.ts";
import { storeBlob } from "./store-blob.ts";
import { checkWriteCondition } from "./write-condition.ts";
import type { WriteCondition } from "./write-condition.ts";

/** What an object is to be, apart from its content. */
export interface ObjectDescription extends ObjectAddress {
  readonly contentType: string;
  /** The bucket's own when absent. */
  readonly storageClass?: StorageClass | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption?: ObjectEncryption | undefined;
  readonly condition?: WriteCondition | undefined;
}

/** Content that lies in a blob, with its ETag. */
export interface ObjectContent {
  readonly lengthBytes: number;
  readonly etag: string;
}

export type StoreObjectDeps = Pick<BucketsDeps, "catalog" | "store" | "clock" | "keys" | "ids" | "log" | "ceilings">;

/**
 * Stores an object of one blob, which `write` fills; replaces what lay under the key. The condition is checked before writing,
 * so that nobody sends in vain, and again when it counts.
 *
 * Throws  obs.NoSuchBucket, obs.KeyTooLongError, obs.MetadataTooLarge, what `newObjectKey`, `checkWriteCondition` and `write` throw
 */
export async function storeObject<C extends ObjectContent>(
  deps: StoreObjectDeps,
  description: ObjectDescription,
  write: (writer: BlobWriter) => Promise<C>,
): Promise<{ readonly object: ObjectRecord; readonly content: C }> {
  const { bucket, key, contentType, metadata, encryption, condition } = description;
  checkObjectKey(key, deps.ceilings);
  checkMetadata(metadata, deps.ceilings);
  await requireBucket(deps.catalog, description);
  if (condition !== undefined) {
    checkWriteCondition(condition, await deps.catalog.buckets.object(bucket, key), description);
  }
  return await storeBlob(deps, {
    key: await newObjectKey(deps, encryption),
    async write(writer) {
      const content = await write(writer);
      const { projectId, storageClass } = description;
      return {
        content,
        lengthBytes: content.lengthBytes,
        record: { kind: "object", projectId, bucket, key, contentType, storageClass, metadata, encryption },
      };
    },
    async record(catalog, part, { content }) {
      const { storageClass } = await requireBucket(catalog, description);
      const object: ObjectRecord = {
        bucket,
        key,
        contentType,
        metadata,
        lengthBytes: content.lengthBytes,
        etag: content.etag,
        storageClass: description.storageClass ?? storageClass,
        parts: [part],
        encryption,
        modifiedAt: deps.clock.now(),
      };
      const previous = await catalog.buckets.putObject(object);
      checkWriteCondition(condition, previous, description);
      return { result: { object, content }, released: previous?.parts.map(({ blobId }) => blobId) ?? [] };
    },
  });
}
