import type { BlobKey } from "../src/blob-store.ts";
import { blobIdOf, filler } from "./filler.ts";

/** A key made from a word. Its wrapped form is the secret with every bit turned, which `unwrap` undoes. */
export function keyOf(word: string): BlobKey {
  const secret = filler(`secret of ${word}`, 32);
  return { id: blobIdOf(`key ${word}`), secret, wrapped: turned(secret) };
}

/** Undoes what `keyOf` did to the secret. */
export async function unwrap(wrapped: Uint8Array): Promise<Uint8Array> {
  return turned(wrapped);
}

function turned(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xff);
}
