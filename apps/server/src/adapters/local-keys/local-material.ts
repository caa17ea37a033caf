import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { KeyMaterial } from "../key-register/key-material.ts";
import type { KeyRecord } from "../key-register/key-record.ts";
import { wrapForms } from "../key-register/wrapped-key.ts";

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const cipherName = "aes-256-gcm";

/**
 * Master keys whose bits are in their records: 256 random bits a version. A payload is nonce 12 (random) | AES-256-GCM of the data key | tag 16.
 *
 * Random nonces are safe for 2^32 wrappings a version (NIST SP 800-38D, 8.3).
 */
export const localMaterial: KeyMaterial = {
  form: wrapForms.local,
  async create() {
    return [randomBytes(keyBytes).toString("base64")];
  },
  async rotate({ version, material }) {
    return { version: version + 1, material: [...material, randomBytes(keyBytes).toString("base64")] };
  },
  async destroy() {
    // The bits go with the record.
  },
  async wrap(record, plain, binding) {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv(cipherName, bitsOf(record, record.version), nonce, { authTagLength: tagBytes }).setAAD(binding);
    return { version: record.version, payload: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
  },
  async unwrap(record, { version, payload }, binding) {
    if (payload.length < nonceBytes + tagBytes) {
      throw new ServiceError("KMS.2201", { problem: "it is too short" });
    }
    const nonce = payload.subarray(0, nonceBytes);
    const decipher = createDecipheriv(cipherName, bitsOf(record, version), nonce, { authTagLength: tagBytes });
    decipher.setAAD(binding).setAuthTag(payload.subarray(payload.length - tagBytes));
    try {
      return Buffer.concat([decipher.update(payload.subarray(nonceBytes, payload.length - tagBytes)), decipher.final()]);
    } catch (error) {
      throw new ServiceError("KMS.2201", { problem: "it or its context was changed" }, { cause: error });
    }
  },
};

function bitsOf({ material }: KeyRecord, version: number): Buffer {
  const bits = Buffer.from(material[version - 1] ?? "", "base64");
  if (bits.length !== keyBytes) {
    throw new ServiceError("KMS.2201", { problem: `its key has no version ${version}` });
  }
  return bits;
}
