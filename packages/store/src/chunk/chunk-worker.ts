import { parentPort } from "node:worker_threads";
import { chunkCodecs, compressChunk, digestOf, expandChunk, freeNow } from "./chunk-codec.ts";
import type { ChunkTasks, DamagedChunk, PackedChunk, StoredChunk } from "./chunk-tasks.ts";
import type { WorkerReply, WorkerRequest } from "./worker-pool.ts";

function digest({ slot, length }: ChunkTasks["digest"]["input"]): Uint8Array {
  return digestOf(new Uint8Array(slot, 0, length));
}

function compress({ slot, length }: ChunkTasks["compress"]["input"]): PackedChunk {
  const memory = new Uint8Array(slot);
  const compressed = compressChunk(memory.subarray(0, length));
  if (compressed === undefined) {
    return { storedLength: length, codec: chunkCodecs.stored };
  }
  memory.set(compressed);
  const storedLength = compressed.length;
  freeNow(compressed);
  return { storedLength, codec: chunkCodecs.zstd };
}

function expand({ stored, rawLength, codec, digest }: StoredChunk): Uint8Array<ArrayBuffer> | DamagedChunk {
  try {
    const raw = expandChunk(new Uint8Array(stored), codec, rawLength);
    return raw.length === rawLength && digestOf(raw).toString("hex") === digest ? raw : { damage: "its bytes do not match its digest" };
  } catch (error) {
    // Whatever zstd refuses is damage: these bytes were a whole frame when they were written.
    return { damage: `it does not decompress (${error instanceof Error ? error.message : String(error)})` };
  } finally {
    freeNow(new Uint8Array(stored));
  }
}

function answer(request: WorkerRequest<ChunkTasks>): WorkerReply {
  try {
    switch (request.kind) {
      case "digest":
        return { id: request.id, output: digest(request.input) };
      case "compress":
        return { id: request.id, output: compress(request.input) };
      case "expand":
        return { id: request.id, output: expand(request.input) };
    }
  } catch (error) {
    return { id: request.id, failure: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on("message", (request: WorkerRequest<ChunkTasks>) => {
  const reply = answer(request);
  const memory = request.kind === "expand" && "output" in reply && reply.output instanceof Uint8Array ? reply.output.buffer : undefined;
  parentPort?.postMessage(reply, memory instanceof ArrayBuffer ? [memory] : []);
});
