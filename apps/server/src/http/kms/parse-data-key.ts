import { createHash } from "node:crypto";
import type { CreateDataKeyBody, EncryptDataKeyBody } from "@tintype/contract/kms/data-keys.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { dataKeyBytes } from "../../ports/key-service.ts";

const bytesOfSpec: Readonly<Record<string, number>> = { AES_128: 16, AES_256: 32 };
const digestBytes = 32;

/**
 * Bytes that a new data key shall have; 32 when nothing is said.
 *
 * Throws  KMS.1901, KMS.1902, KMS.1903
 */
export function lengthOfDataKey({ key_spec: spec, datakey_length: length }: CreateDataKeyBody): number {
  if (spec !== undefined) {
    const bytes = Object.hasOwn(bytesOfSpec, spec) ? bytesOfSpec[spec] : undefined;
    if (bytes === undefined) {
      throw new ServiceError("KMS.1902", { spec: spec.slice(0, 50) });
    }
    return bytes;
  }
  const bits = Number(length ?? 256);
  const [least, most] = [dataKeyBytes.least * 8, dataKeyBytes.most * 8];
  if (bits < least || bits > most) {
    throw new ServiceError("KMS.1901", { least, most, value: bits });
  }
  if (bits % 8 !== 0) {
    throw new ServiceError("KMS.1903", { value: bits });
  }
  return bits / 8;
}

/**
 * The data key that shall be wrapped: it comes with its SHA-256 behind it.
 *
 * Throws  KMS.2101 (too short), KMS.2103 (digest), KMS.2104 (length)
 */
export function plainOfBody({ plain_text: text, datakey_plain_length: length }: EncryptDataKeyBody): Uint8Array {
  const bytes = Buffer.from(text, "hex");
  if (bytes.length <= digestBytes) {
    throw new ServiceError("KMS.2101", { problem: "it has no digest behind it" });
  }
  const plain = bytes.subarray(0, -digestBytes);
  if (Number(length) !== plain.length) {
    throw new ServiceError("KMS.2104");
  }
  if (!createHash("sha256").update(plain).digest().equals(bytes.subarray(-digestBytes))) {
    throw new ServiceError("KMS.2103");
  }
  return plain;
}
