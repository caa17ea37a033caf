import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ByteSource } from "./byte-source.ts";
import { extentsOf } from "./extents-of.ts";
import { fillFrom } from "./fill-from.ts";
import { SeededRandom } from "./testing/seeded-random.ts";

const READS = 60;
const READS_AT_A_TIME = 12;

/**
 * What every byte source must do. `open` makes a source of the content it is given, which has runs of zeros and odd lengths;
 * sources that work in steps should be opened with steps of 4096 bytes or less, so that reads cross them.
 */
export function describeByteSource(name: string, open: (content: Buffer) => Promise<ByteSource>): void {
  const withSource = async (length: number, work: (source: ByteSource, content: Buffer) => Promise<void>): Promise<void> => {
    const content = makeContent(length);
    await using source = await open(content);
    await work(source, content);
  };

  describe(`${name} as a byte source`, () => {
    for (const length of [1, 511, 4096, 4097, 50_003]) {
      it(`has and gives exactly ${length} bytes`, () =>
        withSource(length, async (source, content) => {
          assert.equal(source.lengthBytes, length);
          assert.ok(content.equals(await source.read(0, length)));
        }));
    }

    it("gives any range, in order, at random and side by side", () =>
      withSource(50_003, async (source, content) => {
        const random = new SeededRandom(77);
        for (let offset = 0; offset < 20_000; offset += 1000) {
          assert.ok(content.subarray(offset, offset + 1000).equals(await source.read(offset, 1000)), `1000 at ${offset}`);
        }
        for (let done = 0; done < READS; done += READS_AT_A_TIME) {
          await Promise.all(
            Array.from({ length: READS_AT_A_TIME }, async () => {
              const offset = random.below(content.length + 1);
              const length = random.below(Math.min(content.length - offset, 9000) + 1);
              assert.ok(content.subarray(offset, offset + length).equals(await source.read(offset, length)), `${length} at ${offset}`);
            }),
          );
        }
      }));

    it("fills the caller's memory, and nothing around it", () =>
      withSource(9001, async (source, content) => {
        const memory = Buffer.alloc(7010, 0xee);
        await fillFrom(source, memory.subarray(5, 7005), 1999);
        assert.ok(memory.subarray(5, 7005).equals(content.subarray(1999, 8999)));
        assert.deepEqual(
          [...memory.subarray(0, 5), ...memory.subarray(7005)],
          Array.from({ length: 10 }, () => 0xee),
        );
      }));

    it("gives nothing where nothing is asked for, also at its end", () =>
      withSource(100, async (source) => {
        assert.equal((await source.read(50, 0)).length, 0);
        assert.equal((await source.read(100, 0)).length, 0);
      }));

    it("refuses ranges that leave it or are none", () =>
      withSource(100, async (source) => {
        for (const [offset, length] of [
          [0, 101],
          [100, 1],
          [-1, 1],
          [0, -1],
          [0.5, 1],
          [2 ** 53, 1],
        ] as const) {
          await assert.rejects(source.read(offset, length), RangeError, `${length} at ${offset}`);
        }
        await assert.rejects(fillFrom(source, Buffer.alloc(2), 99), RangeError);
      }));

    it("does not read for a caller that has given up, and still does for others", () =>
      withSource(5000, async (source, content) => {
        const reason = new Error("given up");
        await assert.rejects(source.read(0, 5000, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
        const late = new AbortController();
        const [given, kept] = [source.read(0, 1000, { signal: late.signal }), source.read(500, 1000)];
        late.abort(reason);
        await given.then(
          (bytes) => assert.ok(content.subarray(0, 1000).equals(bytes)),
          (error: unknown) => assert.equal(error, reason),
        );
        assert.ok(content.subarray(500, 1500).equals(await kept));
      }));

    it("lists extents that ascend without gaps, and whose holes are zeros", () =>
      withSource(50_003, async (source, content) => {
        let end = 0;
        for await (const { offset, length, kind } of extentsOf(source)) {
          assert.equal(offset, end);
          assert.ok(length > 0);
          end += length;
          assert.ok(kind === "data" || content.subarray(offset, end).every((byte) => byte === 0), `${kind} at ${offset}`);
        }
        assert.equal(end, content.length);
      }));

    it("can be closed twice", async () => {
      const source = await open(makeContent(100));
      await source[Symbol.asyncDispose]();
      await source[Symbol.asyncDispose]();
    });
  });
}

/** Bytes without a pattern, and a run of zeros in the second third. */
function makeContent(length: number): Buffer {
  const content = new SeededRandom(length).bytes(length);
  return content.fill(0, Math.floor(length / 3), Math.floor((length * 2) / 3));
}
