import { ServiceError } from "@tintype/contract/service-error.ts";
import { chooseObjectKey } from "../../buckets/object-keys.ts";
import type { ObjectEncryption } from "../../ports/bucket-catalog.ts";
import type { ObsCall } from "./obs-call.ts";

const method = "x-amz-server-side-encryption";
const awsKey = `${method}-aws-kms-key-id`;
/** The word of OBS, which says `x-obs-` before it. */
const obsKey = `${method}-kms-key-id`;

/** The headers by which a request says how an object shall be encrypted. Those about a key of the client (SSE-C) are none of them. */
export const encryptionHeaders: ReadonlySet<string> = new Set([method, awsKey, obsKey]);

/**
 * How the object that a request makes shall be encrypted: `aws:kms`, or `kms` as OBS says, with a key or the project's default one; `AES256`,
 * where the store encrypts everything anyway.
 *
 * Throws  obs.InvalidArgument, obs.NotImplemented, what `chooseObjectKey` throws
 */
export async function wantedEncryption({ request, services, principal, address }: ObsCall): Promise<ObjectEncryption | undefined> {
  const wanted = request.header(method)?.trim();
  const key = (request.header(awsKey) ?? request.header(obsKey))?.trim();
  if (wanted === "aws:kms" || wanted === "kms") {
    return await chooseObjectKey(services.keys, { principal, projectId: address.projectId }, { key: key === "" ? undefined : key });
  }
  if (key !== undefined) {
    throw new ServiceError("obs.InvalidArgument", { name: awsKey, reason: `it needs ${method}: aws:kms beside it` });
  }
  if (wanted === "AES256" && services.sealsEverything) {
    return { method: "store" };
  }
  if (wanted === "AES256" || wanted === "aws:kms:dsse") {
    throw new ServiceError("obs.NotImplemented", { what: `${method}: ${wanted}` });
  }
  if (wanted !== undefined) {
    throw new ServiceError("obs.InvalidArgument", { name: method, reason: "it must be aws:kms or AES256" });
  }
  return undefined;
}

/** How answers tell that an object is encrypted, in the words of both dialects. */
export function toldEncryption({ encryption }: { readonly encryption?: ObjectEncryption | undefined }): Record<string, string> {
  if (encryption?.method === "kms") {
    const { keyId } = encryption;
    const obs = method.replace("x-amz-", "x-obs-");
    return { [method]: "aws:kms", [awsKey]: keyId, [obs]: "kms", [obsKey.replace("x-amz-", "x-obs-")]: keyId };
  }
  return encryption === undefined ? {} : { [method]: "AES256", [method.replace("x-amz-", "x-obs-")]: "AES256" };
}
