import { ServiceError } from "@tintype/contract/service-error.ts";
import { longestWrappedBytes } from "../../ports/key-service.ts";
import type { EncryptionContext, KeyId } from "../../ports/key-service.ts";

/** What wraps: it decides what the payload is. */
export const wrapForms = { local: 1, transit: 2 } as const;
export type WrapForm = (typeof wrapForms)[keyof typeof wrapForms];

/** The parts of a wrapped data key. */
export interface WrappedKey {
  readonly form: WrapForm;
  readonly keyId: KeyId;
  /** Version of the master key. */
  readonly version: number;
  readonly payload: Uint8Array;
}

const format = 1;
const headerBytes = 22;
const boundBytes = 18;

/**
 * Writes a wrapped data key.
 *
 * Shape  u8 format (1) | u8 form | key id 16 | u32 version, big endian | payload
 */
export function writeWrappedKey({ form, keyId, version, payload }: WrappedKey): Uint8Array {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt8(format, 0);
  header.writeUInt8(form, 1);
  header.write(keyId.replaceAll("-", ""), 2, "hex");
  header.writeUInt32BE(version, boundBytes);
  return Buffer.concat([header, payload]);
}

/**
 * Reads a wrapped data key; that nobody changed it is known only once the payload opened.
 *
 * Throws  KMS.2201
 */
export function readWrappedKey(wrapped: Uint8Array, form: WrapForm): WrappedKey {
  if (wrapped.length <= headerBytes || wrapped.length > longestWrappedBytes) {
    throw new ServiceError("KMS.2201", { problem: `it has ${wrapped.length} bytes` });
  }
  const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength);
  if (bytes.readUInt8(0) !== format || bytes.readUInt8(1) !== form) {
    throw new ServiceError("KMS.2201", { problem: "it was not wrapped by this key service" });
  }
  const keyId = bytes.toString("hex", 2, boundBytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") as KeyId;
  return { form, keyId, version: bytes.readUInt32BE(boundBytes), payload: wrapped.subarray(headerBytes) };
}

/** What the payload is bound to (additional data of the cipher): format, form, key, and what the caller said that it is for. */
export function bindingOf(form: WrapForm, keyId: KeyId, context: EncryptionContext = {}): Uint8Array {
  const header = writeWrappedKey({ form, keyId, version: 0, payload: Buffer.alloc(0) }).subarray(0, boundBytes);
  const entries = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.concat([header, Buffer.from(entries.length === 0 ? "" : JSON.stringify(entries))]);
}
