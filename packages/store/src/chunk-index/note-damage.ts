import { asStoreError } from "../as-store-error.ts";
import { isStoreError } from "../store-error.ts";
import type { ChunkIndex } from "./chunk-index.ts";

/** Notes whether what lies in a pack is the chunk that it should be. On a full volume it is not noted: a later look makes up for it. */
export function noteDamage(index: ChunkIndex, chunk: { readonly name: Uint8Array; readonly pack: string }, damaged: boolean): void {
  try {
    index.setDamaged(chunk.name, chunk.pack, damaged);
  } catch (error) {
    const worded = asStoreError(error, "noting a damaged chunk");
    if (!isStoreError(worded) || worded.code !== "store.full") {
      throw error;
    }
  }
}
