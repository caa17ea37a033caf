import type { ObjectRecord } from "../ports/bucket-catalog.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { checkSize } from "./check-size.ts";
import { openObject } from "./open-object.ts";
import type { OpenedObject } from "./open-object.ts";
import type { Payload } from "./payload.ts";
import { putObject } from "./put-object.ts";
import { readRange } from "./read-range.ts";
import type { ByteRange } from "./read-range.ts";
import type { ObjectAddress } from "./require-bucket.ts";
import type { ObjectDescription } from "./store-object.ts";
import { uploadPart } from "./upload-part.ts";
import type { StoredPart } from "./upload-part.ts";
import type { UploadAddress } from "./require-upload.ts";

/** What is copied. */
export interface CopySource {
  readonly from: ObjectAddress;
  /** Refuses a source that is not as the caller wants it, by throwing. */
  check(object: ObjectRecord): Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Copies an object. A blob has one owner, so the content is written anew; the store keeps its chunks once all the same.
 * `describe` says what the copy is to be, given the source.
 *
 * Memory  as reading a range and storing a payload
 * Throws  obs.NoSuchBucket, obs.NoSuchKey, obs.EntityTooLarge, what `check` and `putObject` throw
 */
export async function copyObject(
  deps: BucketsDeps,
  source: CopySource,
  describe: (object: ObjectRecord) => ObjectDescription,
): Promise<ObjectRecord> {
  await using opened = await openObject(deps, source.from);
  await source.check(opened.object);
  checkSize(opened.object.lengthBytes, deps.ceilings.singlePutBytes, "a copy in one request");
  const whole = { start: 0, end: opened.object.lengthBytes };
  const { object } = await putObject(deps, describe(opened.object), copyPayload(opened, whole, source.signal));
  return object;
}

/** Copies a range of an object as a part of an upload. Throws as `copyObject`, and what `uploadPart` and `chooseRange` throw */
export async function copyPart(
  deps: BucketsDeps,
  source: CopySource & { chooseRange(object: ObjectRecord): ByteRange },
  target: UploadAddress & { readonly partNumber: number },
): Promise<StoredPart> {
  await using opened = await openObject(deps, source.from);
  await source.check(opened.object);
  return await uploadPart(deps, target, copyPayload(opened, source.chooseRange(opened.object), source.signal));
}

function copyPayload(opened: OpenedObject, range: ByteRange, signal: AbortSignal | undefined): Payload {
  return { lengthBytes: range.end - range.start, body: readRange(opened.source, range, signal), algorithms: [], expected: () => [] };
}
