import assert from "node:assert/strict";
import { test } from "node:test";
import { TestClock } from "../testing/transfer-world.ts";
import { UploadWriters } from "./upload-writers.ts";

const locked = { code: "tus.locked" };

test("one writer at a time: the second is refused, and may write when the first is done", async () => {
  const writers = new UploadWriters(new TestClock());
  {
    using _turn = await writers.begin("u", assert.fail);
    await assert.rejects(writers.begin("u", assert.fail), locked);
    using _other = await writers.begin("other", assert.fail);
  }
  using _turn = await writers.begin("u", assert.fail);
});

test("a writer that has stood still is ended by the next one, which waits for it", async () => {
  const clock = new TestClock();
  const writers = new UploadWriters(clock);
  let isCancelled = false;
  const first = await writers.begin("u", () => (isCancelled = true));
  clock.advance(4999);
  await assert.rejects(writers.begin("u", assert.fail), locked);
  first.moved();
  clock.advance(4999);
  await assert.rejects(writers.begin("u", assert.fail), locked);
  clock.advance(1);
  const second = writers.begin("u", assert.fail);
  assert.ok(isCancelled);
  first[Symbol.dispose]();
  using _turn = await second;
});

test("of two that wait for the same one, one is refused", async () => {
  const clock = new TestClock();
  const writers = new UploadWriters(clock);
  const first = await writers.begin("u", () => {});
  clock.advance(5000);
  const both = Promise.allSettled([writers.begin("u", () => {}), writers.begin("u", () => {})]);
  first[Symbol.dispose]();
  assert.deepEqual((await both).map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
});

test("a writer that has everything is not ended, however long it takes", async () => {
  const clock = new TestClock();
  const writers = new UploadWriters(clock);
  using first = await writers.begin("u", assert.fail);
  first.finishing();
  clock.advance(3_600_000);
  await assert.rejects(writers.begin("u", assert.fail), locked);
});
