import { createHmac, hkdfSync } from "node:crypto";
import type { BlobKey } from "../blob-store.ts";

/** Bytes of a key's number, its secret, and every key made of the secret. */
export const keyIdBytes = 16;
export const secretBytes = 32;
/** Bound of a key's wrapped form. */
export const maxWrappedBytes = 4096;

/**
 * What a sealed blob is written and read with: three keys for three purposes, made of the one secret (docs/store-layout.md, "Sealing").
 */
export interface DataKey {
  readonly id: string;
  readonly secret: Uint8Array;
  readonly wrapped: Uint8Array;
  /** Names chunks. */
  readonly nameKey: Uint8Array;
  /** Seals chunks. */
  readonly sealKey: Uint8Array;
  /** Proves manifests. */
  readonly manifestKey: Uint8Array;
}

/** Derives the keys of a blob key. Throws a TypeError when its id, secret or wrapped form has not the shape that `BlobKey` asks for. */
export function deriveDataKey({ id, secret, wrapped }: BlobKey): DataKey {
  if (!/^[0-9a-f]{32}$/.test(id) || /^0+$/.test(id)) {
    throw new TypeError("A key's id is 32 lower-case hex digits that are not all zero.");
  }
  if (secret.length !== secretBytes) {
    throw new TypeError(`The secret of key ${id} has ${secret.length} bytes instead of ${secretBytes}.`);
  }
  if (wrapped.length > maxWrappedBytes) {
    throw new TypeError(`The wrapped form of key ${id} has ${wrapped.length} bytes, at most ${maxWrappedBytes} are possible.`);
  }
  const derive = (purpose: string): Uint8Array =>
    new Uint8Array(hkdfSync("sha256", secret, Buffer.from(id, "hex"), `tintype store 2 ${purpose}`, secretBytes));
  return {
    id,
    secret: secret.slice(),
    wrapped: wrapped.slice(),
    nameKey: derive("chunk names"),
    sealKey: derive("chunk payloads"),
    manifestKey: derive("manifests"),
  };
}

/**
 * Name of a chunk under a name key: HMAC-SHA256 of the chunk's SHA-256, so that nobody without the key can tell what the chunk holds, and
 * who has the key finds a chunk by its digest alone.
 */
export function keyedNameOf(digest: Uint8Array, nameKey: Uint8Array): Buffer {
  return createHmac("sha256", nameKey).update(digest).digest();
}
