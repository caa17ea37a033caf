import { createCipheriv, createDecipheriv, randomFillSync } from "node:crypto";
import { freeNow } from "../chunk/chunk-codec.ts";
import type { ChunkCodec } from "../chunk/chunk-codec.ts";

const nonceBytes = 12;
const tagBytes = 16;
/** Bytes that sealing adds to a chunk's payload. */
export const sealBytes = nonceBytes + tagBytes;

/** What a sealed payload is bound to: it can be opened as nothing else. */
export interface SealedAs {
  readonly name: Uint8Array;
  readonly rawLength: number;
  readonly codec: ChunkCodec;
}

/**
 * Seals a payload by AES-256-GCM: nonce, ciphertext, tag. The nonce is random, which is safe for 2^32 chunks of one key, 2 PiB of
 * chunks of 512 KiB (NIST SP 800-38D, section 8.3).
 *
 * Memory  the ciphertext, besides `target`, which may be the memory of `payload` and must have room for `sealBytes` more
 */
export function sealPayload(payload: Uint8Array, target: Uint8Array, as: SealedAs, sealKey: Uint8Array): number {
  const nonce = randomFillSync(new Uint8Array(nonceBytes));
  const cipher = createCipheriv("aes-256-gcm", sealKey, nonce, { authTagLength: tagBytes });
  cipher.setAAD(boundTo(as));
  const sealed = cipher.update(payload);
  cipher.final();
  target.set(nonce);
  target.set(sealed, nonceBytes);
  target.set(cipher.getAuthTag(), nonceBytes + sealed.length);
  const { length } = sealed;
  freeNow(sealed);
  return length + sealBytes;
}

/** Opens a sealed payload, in memory of its own. Throws Error when it is not what was sealed under this key as this chunk. */
export function openPayload(sealed: Uint8Array, as: SealedAs, sealKey: Uint8Array): Buffer {
  const tagAt = sealed.length - tagBytes;
  if (tagAt < nonceBytes) {
    throw new Error("It is too short to be sealed.");
  }
  const decipher = createDecipheriv("aes-256-gcm", sealKey, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(boundTo(as));
  decipher.setAuthTag(sealed.subarray(tagAt));
  const payload = decipher.update(sealed.subarray(nonceBytes, tagAt));
  decipher.final();
  return payload;
}

function boundTo({ name, rawLength, codec }: SealedAs): Buffer {
  const bytes = Buffer.alloc(name.length + 5);
  bytes.set(name);
  bytes.writeUInt32LE(rawLength, name.length);
  bytes.writeUInt8(codec, name.length + 4);
  return bytes;
}
