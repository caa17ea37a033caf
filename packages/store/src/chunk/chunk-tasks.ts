import type { ChunkCodec } from "./chunk-codec.ts";

/** A chunk as a pack keeps it, and what it must turn into. */
export interface StoredChunk {
  readonly stored: ArrayBuffer;
  readonly rawLength: number;
  readonly codec: ChunkCodec;
  readonly name: Uint8Array;
  /** CRC-32 of the stored bytes. */
  readonly crc: number;
  /** Opens the chunk when it is sealed; then its name is not looked at, because the seal is bound to it. */
  readonly sealKey: Uint8Array | undefined;
}

/** A chunk in a slot as a pack keeps it, and what it must turn into there. */
export interface StoredInSlot extends Omit<StoredChunk, "stored"> {
  readonly slot: SharedArrayBuffer;
  readonly storedLength: number;
}

/** A chunk in a slot, to be made ready for a pack. */
export interface FreshChunk {
  readonly slot: SharedArrayBuffer;
  readonly length: number;
  readonly name: Uint8Array;
  /** Seals the chunk. */
  readonly sealKey: Uint8Array | undefined;
}

/** What a chunk became in its slot. */
export interface PackedChunk {
  readonly storedLength: number;
  readonly codec: ChunkCodec;
  readonly crc: number;
}

/** Why a chunk is not what its name promises. */
export interface DamagedChunk {
  readonly damage: string;
}

/** A chunk in a stretch of a pack. */
export interface StretchChunk {
  /** Where its payload begins in the stretch. */
  readonly at: number;
  readonly storedLength: number;
  readonly rawLength: number;
  readonly codec: ChunkCodec;
  readonly sealed: boolean;
  readonly name: Uint8Array;
  readonly crc: number;
}

/** What of a stretch is not what it should be. */
export interface ProvenStretch {
  /** The memory of the stretch, given back. */
  readonly memory: ArrayBuffer;
  /** Damaged chunks, by their number in the input. */
  readonly damages: readonly { readonly number: number; readonly reason: string }[];
}

/** Where a payload lies in memory, and its CRC-32. */
export interface CheckedPayload {
  readonly at: number;
  readonly length: number;
  readonly crc: number;
}

/** The work that threads do over chunks: what goes in, what comes out. Slots are shared memory, everything else moves over. */
export interface ChunkTasks {
  /** Name of the first `length` bytes of a slot: their SHA-256, or their HMAC under `nameKey`. */
  readonly name: {
    readonly input: { readonly slot: SharedArrayBuffer; readonly length: number; readonly nameKey: Uint8Array | undefined };
    readonly output: Uint8Array;
  };
  /** Compresses the first `length` bytes of a slot in place where that pays, and seals them. */
  readonly pack: { readonly input: FreshChunk; readonly output: PackedChunk };
  /** Opens, expands and proves a chunk. */
  readonly unpack: { readonly input: StoredChunk; readonly output: Uint8Array<ArrayBuffer> | DamagedChunk };
  /** As `unpack`, within a slot: its first `rawLength` bytes are the chunk afterwards. Answers what is wrong, if anything. */
  readonly unpackInSlot: { readonly input: StoredInSlot; readonly output: DamagedChunk | undefined };
  /** Proves the chunks of a stretch of a pack, without any key: payloads by their checksum, and plain chunks also by their digest. */
  readonly prove: {
    readonly input: { readonly memory: ArrayBuffer; readonly chunks: readonly StretchChunk[] };
    readonly output: ProvenStretch;
  };
  /** Compares payloads with their checksums; answers the number of the first that does not match, -1 when all do. */
  readonly check: {
    readonly input: { readonly memory: SharedArrayBuffer; readonly payloads: readonly CheckedPayload[] };
    readonly output: number;
  };
}
