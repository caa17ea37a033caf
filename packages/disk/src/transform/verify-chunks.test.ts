import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { describeByteSource } from "../core/byte-source.contract.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { SlowSource } from "./testing/slow-source.ts";
import { verifyChunks } from "./verify-chunks.ts";
import type { ChunkDigests } from "./verify-chunks.ts";

function digestsOf(content: Buffer, chunkBytes: number): ChunkDigests {
  const digests: Buffer[] = [];
  for (let at = 0; at < content.length; at += chunkBytes) {
    digests.push(
      createHash("sha256")
        .update(content.subarray(at, at + chunkBytes))
        .digest(),
    );
  }
  return { chunkBytes, digests };
}

describeByteSource("a source with verified chunks", async (content) => verifyChunks(new MemorySource(content), digestsOf(content, 2000)));

test("a read fails exactly when it touches a chunk that changed", async () => {
  const content = new SeededRandom(3).bytes(10_000);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 12_000 }),
      fc.nat(9999),
      fc.nat(9999),
      fc.nat(4000),
      async (chunkBytes, flipped, at, length) => {
        const damaged = Buffer.from(content);
        damaged[flipped] = (damaged[flipped] ?? 0) ^ 0x10;
        await using source = verifyChunks(new MemorySource(damaged), digestsOf(content, chunkBytes));
        const wanted = content.subarray(at, at + length);
        const touches = (byte: number): number => Math.floor(byte / chunkBytes);
        const isHit = wanted.length > 0 && touches(at) <= touches(flipped) && touches(flipped) <= touches(at + wanted.length - 1);
        if (isHit) {
          await assert.rejects(source.read(at, wanted.length), {
            code: "disk.corrupt",
            message: new RegExp(` at ${touches(flipped) * chunkBytes} `),
          });
        } else {
          assert.ok(wanted.equals(await source.read(at, wanted.length)));
        }
      },
    ),
    { numRuns: 30 },
  );
});

test("chunks are read whole, and once for small reads side by side and one after the other", async () => {
  const content = new SeededRandom(4).bytes(5000);
  const slow = new SlowSource(content);
  await using source = verifyChunks(slow, digestsOf(content, 2000));
  await Promise.all([source.read(10, 10), source.read(1000, 500), source.read(1900, 200)]);
  await source.read(4990, 10);
  await source.read(0, 1);
  assert.deepEqual(slow.reads, [
    [0, 2000],
    [2000, 2000],
    [4000, 1000],
  ]);
});

test("a list that does not fit the source is refused", () => {
  const source = new MemorySource(Buffer.alloc(5000));
  const { digests } = digestsOf(Buffer.alloc(5000), 2000);
  for (const list of [
    { chunkBytes: 2000, digests: digests.slice(1) },
    { chunkBytes: 1000, digests },
    { chunkBytes: 0, digests },
    { chunkBytes: 2 ** 30, digests },
    { chunkBytes: 2000, digests: [...digests.slice(1), Buffer.alloc(20)] },
  ]) {
    assert.throws(() => verifyChunks(source, list), { code: "disk.corrupt" });
  }
});

test("closing closes the source", async () => {
  const slow = new SlowSource(Buffer.alloc(0));
  await verifyChunks(slow, { chunkBytes: 1, digests: [] })[Symbol.asyncDispose]();
  assert.equal(slow.timesClosed, 1);
});
