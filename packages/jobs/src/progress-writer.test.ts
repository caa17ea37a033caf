import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobProgress } from "./job-record.ts";
import { ProgressWriter } from "./progress-writer.ts";
import { FakeTimers } from "./testing/fake-timers.ts";

function writer() {
  const timers = new FakeTimers();
  const written: { readonly doneBytes: number; readonly atMs: number }[] = [];
  const start = timers.now();
  const progress = new ProgressWriter(timers, async ({ doneBytes }: JobProgress) => {
    written.push({ doneBytes, atMs: timers.now() - start });
  });
  return { timers, written, progress, report: (doneBytes: number) => progress.report({ doneBytes, totalBytes: 100 }) };
}

test("the first value is written at once, later ones at most every 250 ms and only the newest", async () => {
  const { timers, written, report } = writer();
  for (let doneBytes = 1; doneBytes <= 10; doneBytes += 1) {
    report(doneBytes);
    await timers.advance(100);
  }
  assert.deepEqual(written, [
    { doneBytes: 1, atMs: 0 },
    { doneBytes: 3, atMs: 250 },
    { doneBytes: 5, atMs: 500 },
    { doneBytes: 8, atMs: 750 },
    { doneBytes: 10, atMs: 1000 },
  ]);
});

test("after a quiet time a value is written at once again", async () => {
  const { timers, written, report } = writer();
  report(1);
  await timers.advance(10_000);
  assert.deepEqual(timers.pending, []);
  report(2);
  assert.deepEqual(
    written.map((value) => value.atMs),
    [0, 10_000],
  );
});

test("stopping answers a value that is not written yet, does not wait for time, and ends the writing", async () => {
  const { timers, written, progress, report } = writer();
  report(1);
  report(2);
  report(3);
  assert.deepEqual(await progress.stop(), { doneBytes: 3, totalBytes: 100 });
  report(4);
  await timers.advance(1000);
  assert.deepEqual(
    written.map((value) => value.doneBytes),
    [1],
  );
  assert.deepEqual(timers.pending, []);
});

test("stopping waits for the write under way and answers nothing when all is written", async () => {
  const { promise: onDisk, resolve: arrive } = Promise.withResolvers<void>();
  const progress = new ProgressWriter(new FakeTimers(), () => onDisk);
  progress.report({ doneBytes: 1, totalBytes: 1 });
  let isStopped = false;
  const stopped = progress.stop().finally(() => {
    isStopped = true;
  });
  await new FakeTimers().settle();
  assert.equal(isStopped, false);
  arrive();
  assert.equal(await stopped, undefined);
});

test("values that are no byte counts are refused where they are made", () => {
  const { report } = writer();
  for (const bytes of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    assert.throws(() => report(bytes), RangeError);
  }
});
