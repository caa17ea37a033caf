import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { ChunkAssembler } from "./chunk-assembler.ts";

const chunk = 16;

function collecting(): { assembler: ChunkAssembler; chunks: Map<number, Buffer> } {
  const chunks = new Map<number, Buffer>();
  const assembler = new ChunkAssembler(chunk, async (index, bytes) => {
    assert.ok([...chunks.keys()].every((earlier) => earlier < index));
    chunks.set(index, Buffer.from(bytes));
  });
  return { assembler, chunks };
}

describe("a chunk assembler", () => {
  it("gives out aligned chunks that make up what was written", async () => {
    const writes = fc.array(fc.record({ gap: fc.nat(40), length: fc.nat(50) }));
    await fc.assert(
      fc.asyncProperty(writes, fc.nat(40), async (plan, tail) => {
        const { assembler, chunks } = collecting();
        const expected = Buffer.alloc(10_000);
        let end = 0;
        for (const [number, { gap, length }] of plan.entries()) {
          const bytes = Buffer.alloc(length, number + 1);
          await assembler.write(end + gap, bytes);
          bytes.copy(expected, end + gap);
          end = length === 0 ? end : end + gap + length;
          bytes.fill(0xee);
        }
        const lengthBytes = end + tail;
        await assembler.finish(lengthBytes);
        const content = Buffer.alloc(lengthBytes);
        for (const [index, bytes] of chunks) {
          assert.equal(bytes.length, Math.min(chunk, lengthBytes - index * chunk));
          bytes.copy(content, index * chunk);
        }
        assert.deepEqual(content, expected.subarray(0, lengthBytes));
      }),
      { seed: 3 },
    );
  });

  it("passes whole aligned chunks on without copying them", async () => {
    const seen: ArrayBufferLike[] = [];
    const assembler = new ChunkAssembler(chunk, async (_index, bytes) => {
      seen.push(bytes.buffer);
    });
    const bytes = new Uint8Array(3 * chunk);
    await assembler.write(2 * chunk, bytes);
    assert.deepEqual(
      seen.map((memory) => memory === bytes.buffer),
      [true, true, true],
    );
  });

  it("does not tell of chunks that nothing was written to", async () => {
    const { assembler, chunks } = collecting();
    await assembler.write(5 * chunk + 1, Buffer.of(1));
    await assembler.write(900 * chunk, Buffer.of(2));
    await assembler.finish(2000 * chunk);
    assert.deepEqual([...chunks.keys()], [5, 900]);
  });

  it("refuses to go back and to end before the end", async () => {
    const { assembler } = collecting();
    await assembler.write(10, Buffer.alloc(5));
    await assert.rejects(assembler.write(14, Buffer.alloc(1)), RangeError);
    await assert.rejects(assembler.write(15.5, Buffer.alloc(1)), RangeError);
    await assert.rejects(assembler.finish(14), RangeError);
    await assert.rejects(assembler.finish(Number.NaN), RangeError);
    await assembler.finish(15);
  });
});
