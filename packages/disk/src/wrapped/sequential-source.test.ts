import assert from "node:assert/strict";
import { test } from "node:test";
import { listExtents } from "../core/testing/list-extents.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { SequentialSource } from "./sequential-source.ts";

const content = new SeededRandom(9).bytes(100_000);

function sourceOf(bytes: Buffer, lengthBytes = bytes.length): SequentialSource {
  return new SequentialSource({
    lengthBytes,
    runs: [
      { start: 10, end: 30_000 },
      { start: 50_000, end: 60_000 },
    ],
    async *start() {
      for (let at = 0; at < bytes.length; at += 7001) {
        yield bytes.subarray(at, at + 7001);
      }
    },
  });
}

test("reads that go forward get their bytes, with gaps between them and asked for side by side", async () => {
  const source = sourceOf(content);
  const ranges = [
    [0, 10],
    [10, 20_000],
    [30_000, 1],
    [30_001, 0],
    [77_777, 22_223],
  ] as const;
  const pieces = await Promise.all(ranges.map(([offset, length]) => source.read(offset, length)));
  for (const [index, [offset, length]] of ranges.entries()) {
    assert.deepEqual(Buffer.from(pieces[index] ?? []), content.subarray(offset, offset + length));
  }
});

test("a read that goes back is refused with what to do, and reading forward goes on", async () => {
  const source = sourceOf(content);
  await source.read(500, 1000);
  await assert.rejects(source.read(1499, 10), {
    code: "disk.unsupported",
    message: /read from first to last: the byte at 1499 was passed, the next one is at 1500/,
    remedy: /Unpack/,
  });
  assert.deepEqual(Buffer.from(await source.read(1500, 9)), content.subarray(1500, 1509));
});

test("the map is there before anything is read", async () => {
  const source = sourceOf(content);
  assert.deepEqual(
    (await listExtents(source)).map(({ offset, length, kind }) => [offset, length, kind]),
    [
      [0, 10, "zero"],
      [10, 29_990, "data"],
      [30_000, 20_000, "zero"],
      [50_000, 10_000, "data"],
      [60_000, 40_000, "zero"],
    ],
  );
});

test("a stream that ends early, an abort and a read outside are refused", async () => {
  await assert.rejects(sourceOf(content, 100_001).read(99_000, 1001), {
    code: "disk.io",
    message: /unpacks to 100000 bytes, and had 100001/,
  });
  await assert.rejects(sourceOf(content).read(0, 100_001), RangeError);
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(sourceOf(content).read(0, 10, { signal }), /enough/);
});

test("closing it closes the stream", async () => {
  let closed = false;
  const source = new SequentialSource({
    lengthBytes: 10,
    runs: [],
    async *start() {
      try {
        yield Buffer.alloc(4);
        yield Buffer.alloc(6);
      } finally {
        closed = true;
      }
    },
  });
  await source.read(0, 2);
  await source[Symbol.asyncDispose]();
  assert.ok(closed);
});
