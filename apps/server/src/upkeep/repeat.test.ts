import assert from "node:assert/strict";
import { test } from "node:test";
import { repeat } from "./repeat.ts";

test("work is repeated after failures, and disposal waits for the work under way", async () => {
  const errors: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: (_: object, message: string) => errors.push(message) };
  const third = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  let times = 0;
  let ended = false;
  const work = async (): Promise<void> => {
    times += 1;
    if (times === 1) {
      throw new Error("disk on fire");
    }
    if (times === 3) {
      third.resolve();
      await mayEnd.promise;
      ended = true;
    }
  };
  const sleep = async (_: number, signal?: AbortSignal) => signal?.throwIfAborted();
  const repeated = repeat({ name: "The scrub", everyMs: 1500, work }, { timers: { sleep }, log });
  await third.promise;
  const disposed = repeated[Symbol.asyncDispose]();
  assert.equal(ended, false);
  mayEnd.resolve();
  await disposed;
  assert.equal(ended, true);
  assert.equal(times, 3);
  assert.deepEqual(errors, ["The scrub failed; it is tried again in 2 s"]);
});
