import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { it } from "node:test";
import { filler } from "../../../test/filler.ts";
import { chunkWorkers } from "../../chunk/chunk-workers.ts";
import type { ChunkWorkers } from "../../chunk/chunk-workers.ts";
import { payloadDigest } from "./payload-digest.ts";

const long = filler("payload", 300_000);

/** Threads, and the memory of what they were given. */
function watched(workers: ChunkWorkers): ChunkWorkers & { readonly memories: unknown[] } {
  const memories: unknown[] = [];
  return {
    memories,
    run: async (kind, input, transfer) => {
      memories.push("slot" in input ? input.slot : undefined);
      return workers.run(kind, input, transfer);
    },
  };
}

it("leaves the digest of a long payload to a thread, and digests a short one itself", async () => {
  await using pool = chunkWorkers(1);
  const workers = watched(pool);
  for (const length of [0, 1, 65_536, 65_537, long.length]) {
    const payload = long.subarray(0, length);
    assert.equal(await payloadDigest(payload, workers), createHash("sha256").update(payload).digest("hex"));
  }
  assert.equal(workers.memories.length, 2);
});

it("copies no payload that lies at the start of shared memory", async () => {
  await using pool = chunkWorkers(1);
  const workers = watched(pool);
  const memory = new SharedArrayBuffer(long.length + 100);
  const shared = Buffer.from(memory);
  shared.set(long);
  for (const payload of [shared.subarray(0, long.length), shared.subarray(1, long.length)]) {
    assert.equal(await payloadDigest(payload, workers), createHash("sha256").update(payload).digest("hex"));
  }
  assert.deepEqual(
    workers.memories.map((given) => given === memory),
    [true, false],
  );
});
