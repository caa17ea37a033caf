import { parentPort } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { keyedNameOf } from "../seal/data-key.ts";
import { openPayload, sealPayload } from "../seal/seal-payload.ts";
import { chunkCodecs, compressChunk, digestOf, expandChunk, freeNow } from "./chunk-codec.ts";
import type {
  ChunkTasks,
  DamagedChunk,
  FreshChunk,
  PackedChunk,
  ProvenStretch,
  StoredChunk,
  StoredInSlot,
  StretchChunk,
} from "./chunk-tasks.ts";
import type { WorkerReply, WorkerRequest } from "./worker-pool.ts";

const wrongDigest: DamagedChunk = { damage: "its bytes do not match its digest" };

function name({ slot, length, nameKey }: ChunkTasks["name"]["input"]): Uint8Array {
  const digest = digestOf(new Uint8Array(slot, 0, length));
  return nameKey === undefined ? digest : keyedNameOf(digest, nameKey);
}

function pack({ slot, length, name, sealKey }: FreshChunk): PackedChunk {
  const memory = new Uint8Array(slot);
  const compressed = compressChunk(memory.subarray(0, length));
  const codec = compressed === undefined ? chunkCodecs.stored : chunkCodecs.zstd;
  let storedLength = compressed?.length ?? length;
  if (sealKey !== undefined) {
    storedLength = sealPayload(compressed ?? memory.subarray(0, length), memory, { name, rawLength: length, codec }, sealKey);
  } else if (compressed !== undefined) {
    memory.set(compressed);
  }
  if (compressed !== undefined) {
    freeNow(compressed);
  }
  return { storedLength, codec, crc: crc32(memory.subarray(0, storedLength)) };
}

function unpack(chunk: StoredChunk): Uint8Array<ArrayBuffer> | DamagedChunk {
  const stored = new Uint8Array(chunk.stored);
  let raw: Uint8Array<ArrayBuffer> | DamagedChunk | undefined;
  try {
    raw = proven(stored, chunk);
    return raw;
  } catch (error) {
    return doesNotExpand(error);
  } finally {
    if (raw !== stored) {
      freeNow(stored);
    }
  }
}

function unpackInSlot(chunk: StoredInSlot): DamagedChunk | undefined {
  const memory = new Uint8Array(chunk.slot);
  const stored = memory.subarray(0, chunk.storedLength);
  try {
    const raw = proven(stored, chunk);
    if ("damage" in raw) {
      return raw;
    }
    if (raw !== stored) {
      memory.set(raw);
      freeNow(raw);
    }
    return undefined;
  } catch (error) {
    return doesNotExpand(error);
  }
}

type Proof = Omit<StoredChunk, "stored">;

/** What is stored as it is comes back in the same memory. */
function proven<Memory extends ArrayBufferLike>(
  stored: Uint8Array<Memory>,
  chunk: Proof,
): Uint8Array<Memory> | Uint8Array<ArrayBuffer> | DamagedChunk {
  return chunk.sealKey === undefined ? provenByName(stored, chunk) : provenBySeal(stored, chunk, chunk.sealKey);
}

function provenByName<Memory extends ArrayBufferLike>(
  stored: Uint8Array<Memory>,
  { codec, rawLength, name, crc }: Proof,
): Uint8Array<Memory> | Uint8Array<ArrayBuffer> | DamagedChunk {
  // zstd frames have bits that no decoder looks at, and frames are also given out as they are.
  if (codec === chunkCodecs.zstd && crc32(stored) !== crc) {
    return { damage: "its stored bytes do not match their checksum" };
  }
  const raw = codec === chunkCodecs.stored ? stored : expandChunk(stored, codec, rawLength);
  return raw.length === rawLength && digestOf(raw).equals(name) ? raw : wrongDigest;
}

function provenBySeal(stored: Uint8Array, chunk: Proof, sealKey: Uint8Array): Uint8Array<ArrayBuffer> | DamagedChunk {
  let payload: Uint8Array;
  try {
    payload = openPayload(stored, chunk, sealKey);
  } catch {
    // The one thing that decryption refuses is a tag that does not fit.
    return { damage: "its bytes are not those that were sealed" };
  }
  const raw = expandChunk(payload, chunk.codec, chunk.rawLength);
  freeNow(payload);
  return raw.length === chunk.rawLength ? raw : { damage: `it holds ${raw.length} bytes` };
}

function prove({ memory, chunks }: ChunkTasks["prove"]["input"]): ProvenStretch {
  const damages = chunks.flatMap((chunk, number) => {
    const reason = damageOf(chunk, new Uint8Array(memory, chunk.at, chunk.storedLength));
    return reason === undefined ? [] : [{ number, reason }];
  });
  return { memory, damages };
}

/** Why a payload is not the chunk that it should be, as far as that can be told without a key. */
function damageOf({ crc, sealed, codec, rawLength, name }: StretchChunk, stored: Uint8Array): string | undefined {
  if (crc32(stored) !== crc) {
    return "its bytes do not match their checksum";
  }
  if (sealed) {
    return undefined;
  }
  if (codec === chunkCodecs.stored) {
    return stored.length === rawLength && digestOf(stored).equals(name) ? undefined : wrongDigest.damage;
  }
  try {
    const raw = expandChunk(stored, codec, rawLength);
    const isRight = raw.length === rawLength && digestOf(raw).equals(name);
    freeNow(raw);
    return isRight ? undefined : wrongDigest.damage;
  } catch (error) {
    return doesNotExpand(error).damage;
  }
}

function check({ memory, payloads }: ChunkTasks["check"]["input"]): number {
  return payloads.findIndex(({ at, length, crc }) => crc32(new Uint8Array(memory, at, length)) !== crc);
}

/** Whatever zstd refuses is damage: these bytes were a whole frame when they were written. */
function doesNotExpand(error: unknown): DamagedChunk {
  return { damage: `it does not decompress (${error instanceof Error ? error.message : String(error)})` };
}

function answer(request: WorkerRequest<ChunkTasks>): WorkerReply {
  try {
    switch (request.kind) {
      case "name":
        return { id: request.id, output: name(request.input) };
      case "pack":
        return { id: request.id, output: pack(request.input) };
      case "unpack":
        return { id: request.id, output: unpack(request.input) };
      case "unpackInSlot":
        return { id: request.id, output: unpackInSlot(request.input) };
      case "prove":
        return { id: request.id, output: prove(request.input) };
      case "check":
        return { id: request.id, output: check(request.input) };
    }
  } catch (error) {
    return { id: request.id, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** Memory that moves to the main thread with an answer. */
function memoryIn(reply: WorkerReply, kind: keyof ChunkTasks): unknown {
  const output = "output" in reply ? reply.output : undefined;
  const holder = kind === "unpack" && output instanceof Uint8Array ? output.buffer : undefined;
  return kind === "prove" && typeof output === "object" && output !== null && "memory" in output ? output.memory : holder;
}

parentPort?.on("message", (request: WorkerRequest<ChunkTasks>) => {
  const reply = answer(request);
  const memory = memoryIn(reply, request.kind);
  parentPort?.postMessage(reply, memory instanceof ArrayBuffer ? [memory] : []);
});
