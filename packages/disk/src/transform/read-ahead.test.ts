import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { describeByteSource } from "../core/byte-source.contract.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { readAhead } from "./read-ahead.ts";
import { SlowSource } from "./testing/slow-source.ts";

describeByteSource("reading ahead", async (content) => readAhead(new MemorySource(content), { windowBytes: 1500, ahead: 2 }));

const content = new SeededRandom(9).bytes(100_000);

test("any mix of reads gives the bytes of the source", async () => {
  const reads = fc.array(fc.tuple(fc.nat(content.length - 1), fc.nat(3000), fc.boolean()), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(reads, fc.integer({ min: 1, max: 5000 }), fc.nat(4), async (list, windowBytes, ahead) => {
      await using source = readAhead(new SlowSource(content), { windowBytes, ahead });
      let end = 0;
      for (const [at, length, goesOn] of list) {
        const offset = goesOn ? end : at;
        const wanted = content.subarray(offset, offset + length);
        assert.ok(wanted.equals(await source.read(offset, wanted.length)));
        end = offset + wanted.length;
      }
    }),
  );
});

test("small reads that ascend become large ones, which are under way before they are needed", async () => {
  const slow = new SlowSource(content);
  await using source = readAhead(slow, { windowBytes: 10_000, ahead: 2 });
  for (let offset = 0; offset < 15_000; offset += 500) {
    await source.read(offset, 500);
  }
  assert.deepEqual(slow.reads, [
    [0, 500],
    [0, 10_000],
    [10_000, 10_000],
    [20_000, 10_000],
    [30_000, 10_000],
  ]);
  for (let offset = 15_000; offset < content.length; offset += 500) {
    await source.read(offset, 500);
  }
  assert.equal(slow.reads.length, 11);
});

test("reads that jump, and large ones, are asked for as they are", async () => {
  const slow = new SlowSource(content);
  await using source = readAhead(slow, { windowBytes: 10_000 });
  const jumps = [
    [50_000, 10],
    [10_000, 20],
    [90_000, 30],
    [0, 25_000],
    [25_000, 10_000],
  ] as const;
  for (const [offset, length] of jumps) {
    await source.read(offset, length);
  }
  assert.deepEqual(slow.reads, jumps);
});

test("two runs of reads beside each other are both followed, with single reads in between", async () => {
  const slow = new SlowSource(content);
  await using source = readAhead(slow, { windowBytes: 4000, ahead: 1 });
  const jumps = [99_000, 97_001, 95_002, 93_003, 91_004];
  for (let step = 0; step < 40; step += 1) {
    await source.read(step * 200, 200);
    await source.read(50_000 + step * 200, 200);
    const jump = jumps[step % 8];
    if (jump !== undefined && step < 8) {
      await source.read(jump, 10);
    }
  }
  const inRuns = slow.reads.filter(([, length]) => length !== 10);
  assert.ok(inRuns.length <= 12, `${inRuns.length} reads`);
});

test("no more windows are fetched at a time than two runs need", async () => {
  const slow = new SlowSource(content);
  await using source = readAhead(slow, { windowBytes: 1000, ahead: 3 });
  for (let offset = 0; offset < 50_000; offset += 250) {
    await source.read(offset, 250);
  }
  assert.ok(slow.mostAtATime <= 4, `${slow.mostAtATime} at a time`);
});

test("a window that failed while it was fetched ahead is asked for again", async () => {
  const slow = new SlowSource(content);
  await using source = readAhead(slow, { windowBytes: 1000, ahead: 2 });
  await source.read(0, 900);
  await source.read(900, 50);
  slow.failures = 3;
  await assert.rejects(source.read(950, 100), /medium away/);
  await new Promise(setImmediate);
  assert.ok(content.subarray(950, 1050).equals(await source.read(950, 100)));
});

test("closing ends what is being fetched, and closes the source", async () => {
  const slow = new SlowSource(content);
  const source = readAhead(slow, { windowBytes: 1000, ahead: 2 });
  await source.read(0, 900);
  const reading = assert.rejects(source.read(900, 50), /closed/);
  await source[Symbol.asyncDispose]();
  await reading;
  assert.equal(slow.timesClosed, 1);
});

test("sizes that make no sense are refused", () => {
  const source = new MemorySource(content);
  for (const options of [{ windowBytes: 0 }, { windowBytes: 1.5 }, { windowBytes: 2 ** 30 }, { ahead: -1 }, { ahead: 17 }]) {
    assert.throws(() => readAhead(source, options), RangeError);
  }
});
