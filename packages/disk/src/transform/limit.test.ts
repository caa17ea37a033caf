import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { describeByteSource } from "../core/byte-source.contract.ts";
import { InstantTimers } from "../core/testing/instant-timers.ts";
import { MemorySource } from "../source/memory-source.ts";
import { limit } from "./limit.ts";
import { SlowSource } from "./testing/slow-source.ts";

describeByteSource("a limited source", async (content) =>
  limit(new MemorySource(content), { bytesPerSecond: 1_000_000, readsAtATime: 2, timers: new InstantTimers() }),
);

test("reads begin no sooner than the rate allows, whatever their sizes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(5000), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 100_000 }),
      async (lengths, rate) => {
        const timers = new InstantTimers();
        const source = limit(new MemorySource(Buffer.alloc(5000)), { bytesPerSecond: rate, timers });
        const start = timers.now();
        let before = 0;
        for (const length of lengths) {
          await source.read(0, length);
          assert.ok(timers.now() - start >= (before / rate) * 1000 - 0.01);
          before += length;
        }
        assert.ok(timers.now() - start <= (before / rate) * 1000 + 0.01);
      },
    ),
  );
});

test("time in which nothing is read is not saved up", async () => {
  const timers = new InstantTimers();
  const source = limit(new MemorySource(Buffer.alloc(5000)), { bytesPerSecond: 1000, timers });
  await timers.sleep(60_000);
  const start = timers.now();
  for (let count = 0; count < 3; count += 1) {
    await source.read(0, 5000);
  }
  assert.equal(timers.now() - start, 10_000);
});

test("no more reads run at a time than allowed", async () => {
  const slow = new SlowSource(Buffer.alloc(100));
  const source = limit(slow, { readsAtATime: 3, timers: new InstantTimers() });
  await Promise.all(Array.from({ length: 20 }, () => source.read(0, 100)));
  assert.equal(slow.mostAtATime, 3);
});

test("a read that waits for its time ends when it is aborted", async () => {
  const timers = new InstantTimers(1000);
  const source = limit(new MemorySource(Buffer.alloc(5000)), { bytesPerSecond: 1000, timers });
  await source.read(0, 5000);
  const abort = new AbortController();
  const waiting = assert.rejects(source.read(0, 1, { signal: abort.signal }), /enough/);
  abort.abort(new Error("enough"));
  await waiting;
});

test("limits that are not positive are refused, and closing closes the source", async () => {
  const slow = new SlowSource(Buffer.alloc(1));
  const timers = new InstantTimers();
  assert.throws(() => limit(slow, { bytesPerSecond: 0, timers }), RangeError);
  assert.throws(() => limit(slow, { readsAtATime: 0, timers }), RangeError);
  assert.throws(() => limit(slow, { bytesPerSecond: Number.NaN, timers }), RangeError);
  await limit(slow, { timers })[Symbol.asyncDispose]();
  assert.equal(slow.timesClosed, 1);
});
