import type { ChunkCodec } from "./chunk-codec.ts";

/** A chunk as a pack keeps it, and what it must turn into. */
export interface StoredChunk {
  readonly stored: ArrayBuffer;
  readonly rawLength: number;
  readonly codec: ChunkCodec;
  /** SHA-256 of its raw bytes, hex. */
  readonly digest: string;
}

/** What a chunk became in its slot. */
export interface PackedChunk {
  readonly storedLength: number;
  readonly codec: ChunkCodec;
}

/** Why a chunk is not what its digest promises. */
export interface DamagedChunk {
  readonly damage: string;
}

/** The work that threads do over chunks: what goes in, what comes out. Slots are shared memory, everything else moves over. */
export interface ChunkTasks {
  /** SHA-256 of the first `length` bytes of a slot. */
  readonly digest: { readonly input: { readonly slot: SharedArrayBuffer; readonly length: number }; readonly output: Uint8Array };
  /** Compresses the first `length` bytes of a slot in place, or leaves them when that does not pay. */
  readonly compress: { readonly input: { readonly slot: SharedArrayBuffer; readonly length: number }; readonly output: PackedChunk };
  /** Expands and verifies a chunk. */
  readonly expand: { readonly input: StoredChunk; readonly output: Uint8Array<ArrayBuffer> | DamagedChunk };
}
