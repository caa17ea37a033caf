import { putObject as put } from "../../../buckets/put-object.ts";
import { checksumHeaders } from "../checksum-headers.ts";
import { toldEncryption } from "../encryption-headers.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { objectDescription, writeConditionOf } from "./object-description.ts";

/** PutObject. */
export async function putObject(call: ObsCall): Promise<ObsAnswer> {
  const description = { ...(await objectDescription(call)), condition: writeConditionOf(call) };
  const { object, digests } = await put(call.services, description, call.payload());
  return { status: 200, headers: { etag: `"${object.etag}"`, ...toldEncryption(object), ...checksumHeaders(digests) } };
}
