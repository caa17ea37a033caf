import type { CreateImageBody } from "@tintype/contract/ims/create-image.ts";
import type { EncryptionRequest } from "../../images/image-keys.ts";

/** Reads whether an image that is being made shall be encrypted, and with which key. A key alone asks for encryption. */
export function parseEncryption(body: {
  readonly cmk_id?: CreateImageBody["cmk_id"] | undefined;
  readonly __system__encrypted?: CreateImageBody["__system__encrypted"] | undefined;
}): EncryptionRequest | undefined {
  return body.cmk_id === undefined && body.__system__encrypted !== "1" ? undefined : { key: body.cmk_id };
}
