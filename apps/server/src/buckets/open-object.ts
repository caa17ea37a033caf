import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { PartsSource } from "./parts-source.ts";
import type { ObjectAddress } from "./require-bucket.ts";
import { requireObject } from "./require-object.ts";

/** An object's row, and its content for as long as it is open. */
export interface OpenedObject extends AsyncDisposable {
  readonly object: ObjectRecord;
  readonly source: ByteSource;
}

/**
 * Opens an object of a project's bucket for reading. One that is replaced between the look into the catalog and the opening is
 * looked up again.
 *
 * Throws  obs.NoSuchBucket, obs.NoSuchKey, `store.damaged`
 */
export async function openObject(deps: Pick<BucketsDeps, "catalog" | "store">, address: ObjectAddress): Promise<OpenedObject> {
  let missing: unknown;
  let missingBlob: string | undefined;
  for (;;) {
    const object = await requireObject(deps.catalog, address);
    const blobId = object.parts[0]?.blobId;
    if (missing !== undefined && blobId === missingBlob) {
      throw new ServiceError("obs.InternalError", {}, { cause: missing });
    }
    const source = new PartsSource(deps.store, object);
    try {
      await source.openFirst();
      return { object, source, [Symbol.asyncDispose]: () => source[Symbol.asyncDispose]() };
    } catch (error) {
      await source[Symbol.asyncDispose]();
      if (!isStoreError(error) || error.code !== "store.notFound") {
        throw error;
      }
      missing = error;
      missingBlob = blobId;
    }
  }
}
