import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import type { DigestAlgorithm } from "../ports/content-digests.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { checkSize } from "./check-size.ts";
import type { Payload } from "./payload.ts";
import { storeObject } from "./store-object.ts";
import type { ObjectDescription } from "./store-object.ts";
import { receivePayload } from "./receive-payload.ts";

/** An object that was stored, and the digests that were computed on the way. */
export interface StoredObject {
  readonly object: ObjectRecord;
  readonly digests: ReadonlyMap<DigestAlgorithm, string>;
}

/**
 * Stores what a client sends as an object, or nothing if anything about it is wrong.
 *
 * Throws  obs.EntityTooLarge, what `storeObject` and `receivePayload` throw
 */
export async function putObject(deps: BucketsDeps, description: ObjectDescription, payload: Payload): Promise<StoredObject> {
  checkSize(payload.lengthBytes, deps.ceilings.singlePutBytes, "an object in one request");
  const { object, content } = await storeObject(deps, description, async (writer) => {
    const received = await receivePayload(deps.digests, payload, (offset, bytes) => writer.write(offset, bytes));
    return { ...received, etag: received.md5 };
  });
  return { object, digests: content.digests };
}
