import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { PlannedFile } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { planAllocatingQcow2 } from "../qcow2/plan-allocating-qcow2.ts";
import { planCompressedQcow2 } from "../qcow2/plan-compressed-qcow2.ts";
import { planSequentialQcow2 } from "../qcow2/plan-sequential-qcow2.ts";
import { planRaw } from "../raw/plan-raw.ts";
import { MemoryTarget } from "./testing/memory-target.ts";
import { writeToMultipart } from "./write-to-multipart.ts";

const MIB = 1_048_576;

/** Pieces at these places, one byte each value, in this order. */
function planOf(places: readonly (readonly [offset: number, length: number])[], facts: Partial<PlannedFile> = {}): PlannedFile {
  return {
    format: "raw",
    totalBytes: undefined,
    sequential: false,
    ...facts,
    async *pieces() {
      for (const [index, [offset, length]] of places.entries()) {
        const bytes = Buffer.alloc(length, index + 1);
        // Memory that is given back is used again at once.
        yield { offset, bytes, release: () => bytes.fill(0xee) };
      }
    },
  };
}

/** Data that compresses, data that does not, data that is zeros, and holes, in clusters that begin anywhere. */
function mixedDisk(): VirtualDisk {
  const contents = ["noise", "text", "text", "zeros"] as const;
  const runs = Array.from({ length: 60 }, (_, index) => ({
    offset: index * 700 * 1024 + (index % 7) * 512,
    length: (1 + ((index * 37) % 600)) * 1024,
    content: contents[(index * 5) % 4] ?? "text",
  }));
  return new TestDisk(64 * MIB, runs);
}

const plans: Record<string, (disk: VirtualDisk) => Promise<PlannedFile>> = {
  "a raw file": planRaw,
  "a sequential qcow2": planSequentialQcow2,
  "a qcow2 whose head comes last": planAllocatingQcow2,
  "a qcow2 compressed with zlib": (disk) => planCompressedQcow2(disk, { codec: "zlib" }),
  "a qcow2 compressed with zstd": (disk) => planCompressedQcow2(disk, { codec: "zstd" }),
};

for (const [name, plan] of Object.entries(plans)) {
  test(`${name} is uploaded byte for byte as it would be written`, async () => {
    const expected = await collectFile(await plan(mixedDisk()));
    for (const partSizeBytes of [256 * 1024, 5 * MIB + 3]) {
      const target = new MemoryTarget(partSizeBytes);
      const written = await writeToMultipart(await plan(mixedDisk()), target);
      assert.deepEqual(written, { lengthBytes: expected.length });
      assert.ok(target.file?.equals(expected), `parts of ${partSizeBytes}`);
      assert.equal(target.timesAborted, 0);
      assert.ok(target.mostAtATime <= 3);
    }
  });
}

test("pieces in any order within the parts that memory holds make the file, whose gaps are zeros", async () => {
  const cuts = fc.uniqueArray(fc.nat(119), { maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(
      cuts,
      fc.shuffledSubarray([...Array(20).keys()]),
      fc.integer({ min: 20, max: 200 }),
      fc.boolean(),
      async (at, order, part, isKnown) => {
        const ascending = at.toSorted((one, other) => one - other);
        const all = ascending.map((start, index) => [start, (ascending[index + 1] ?? 120) - start] as const);
        const places = order.flatMap((index) => all.slice(index, index + 1));
        const plan = planOf(places, isKnown ? { totalBytes: 130 } : {});
        const end = Math.max(0, ...places.map(([offset, length]) => offset + length));
        const expected = Buffer.alloc(isKnown ? 130 : end);
        for (const [index, [offset, length]] of places.entries()) {
          expected.fill(index + 1, offset, offset + length);
        }
        const target = new MemoryTarget(part);
        await writeToMultipart(plan, target);
        assert.ok(target.file?.equals(expected));
      },
    ),
  );
});

test("a sequential plan is sent as it comes, its gaps as zeros", async () => {
  const target = new MemoryTarget(100);
  const sentBefore: number[][] = [];
  const plan: PlannedFile = {
    ...planOf([], { sequential: true, totalBytes: 950 }),
    async *pieces() {
      for (const [offset, length] of [
        [10, 250],
        [700, 1],
        [810, 1],
      ] as const) {
        yield { offset, bytes: Buffer.alloc(length, 7) };
        sentBefore.push([...target.order]);
      }
    },
  };
  await writeToMultipart(plan, target);
  assert.deepEqual(sentBefore, [
    [1, 2],
    [1, 2, 3],
    [1, 2, 3, 8],
  ]);
  const expected = Buffer.alloc(950);
  expected.fill(7, 10, 260).fill(7, 700, 701).fill(7, 810, 811);
  assert.ok(target.file?.equals(expected));
});

test("the head waits for its bytes while the parts behind it are sent, full ones at once and others when memory is short", async () => {
  const target = new MemoryTarget(10);
  const data = Array.from({ length: 30 }, (_, index) => [30 + index * 10, index % 2 === 0 ? 10 : 9] as const);
  await writeToMultipart(planOf([[25, 5], ...data, [12, 8], [0, 8]]), target);
  assert.deepEqual(new Set(target.order.filter((number) => number <= 3)), new Set([1, 2, 3]));
  assert.ok(target.order.indexOf(1) > target.order.indexOf(30));
  const expected = Buffer.alloc(329);
  for (const [index, [offset, length]] of [[25, 5] as const, ...data, [12, 8] as const, [0, 8] as const].entries()) {
    expected.fill(index + 1, offset, offset + length);
  }
  assert.ok(target.file?.equals(expected));
});

test("a plan that goes back to a part that was sent is refused, says how many parts there were, and is dropped", async () => {
  const target = new MemoryTarget(10);
  const comb = Array.from({ length: 30 }, (_, index) => [index * 10, 5] as const);
  await assert.rejects(writeToMultipart(planOf([...comb, [45, 5]]), target, { maxHeldParts: 7 }), {
    code: "disk.limit",
    message: /part 5 got bytes after it was sent, with 7 parts of 10 bytes/,
    remedy: /write a file first/,
  });
  assert.deepEqual([target.timesAborted, target.file], [1, undefined]);
});

test("more parts than the target takes are refused, before a byte is made where the length is known", async () => {
  const known = new MemoryTarget(10, 3);
  const untouched: PlannedFile = {
    ...planOf([], { totalBytes: 31 }),
    pieces: () => {
      throw new Error("pieces were asked for");
    },
  };
  await assert.rejects(writeToMultipart(untouched, known), {
    code: "disk.limit",
    message: /part 4 of 10 bytes; at most 3/,
    remedy: /larger parts/,
  });
  const unknown = new MemoryTarget(10, 3);
  await assert.rejects(writeToMultipart(planOf([[0, 31]]), unknown), { code: "disk.limit" });
  assert.deepEqual([known.timesAborted, unknown.timesAborted], [1, 1]);
});

test("a file without bytes is one empty part", async () => {
  const target = new MemoryTarget(10);
  assert.deepEqual(await writeToMultipart(planOf([], { totalBytes: 0 }), target), { lengthBytes: 0 });
  assert.deepEqual([target.order, target.file?.length], [[1], 0]);
});

test("a failure of the target, of the plan and an abort drop the upload when nothing is being sent any more", async () => {
  const places = Array.from({ length: 40 }, (_, index) => [index * 10, 10] as const);
  const failing = new MemoryTarget(10);
  failing.failingPart = 5;
  await assert.rejects(writeToMultipart(planOf(places), failing), /part 5 was refused/);

  const late = new MemoryTarget(10);
  late.failingPart = 40;
  await assert.rejects(writeToMultipart(planOf(places), late), /part 40 was refused/);

  const broken = new MemoryTarget(10);
  const plan: PlannedFile = {
    ...planOf([]),
    async *pieces() {
      yield* planOf(places).pieces();
      throw new Error("the disk broke");
    },
  };
  await assert.rejects(writeToMultipart(plan, broken), /the disk broke/);

  const aborted = new MemoryTarget(10);
  await assert.rejects(writeToMultipart(planOf(places), aborted, { signal: AbortSignal.abort(new Error("enough")) }), /enough/);
  assert.deepEqual(
    [failing, late, broken, aborted].map(({ timesAborted, file }) => [timesAborted, file]),
    Array.from({ length: 4 }, () => [1, undefined]),
  );
});

test("when dropping fails too, both failures are told", async () => {
  const target = new MemoryTarget(10);
  target.failingPart = 1;
  target.abort = () => Promise.reject(new Error("no connection"));
  const error: unknown = await writeToMultipart(planOf([[0, 10]]), target).catch((caught: unknown) => caught);
  assert.ok(error instanceof SuppressedError);
  assert.match(String(error.error), /no connection/);
  assert.match(String(error.suppressed), /part 1 was refused/);
});

test("too few parts in memory are refused", async () => {
  await assert.rejects(writeToMultipart(planOf([]), new MemoryTarget(10), { maxHeldParts: 5 }), RangeError);
  await assert.rejects(writeToMultipart(planOf([]), new MemoryTarget(10), { uploadsAtATime: 0 }), RangeError);
});
