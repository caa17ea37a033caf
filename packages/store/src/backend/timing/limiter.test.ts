import assert from "node:assert/strict";
import { test } from "node:test";
import { Limiter } from "./limiter.ts";

function tasks(count: number) {
  const gates = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const started: number[] = [];
  const task = (number: number) => async () => {
    started.push(number);
    await gates[number]?.promise;
  };
  return { started, task, finish: (number: number) => gates[number]?.resolve() };
}

test("no more than the limit run at a time, and the others follow in order", async () => {
  const limiter = new Limiter(2);
  const { started, task, finish } = tasks(4);
  const runs = [0, 1, 2, 3].map((number) => limiter.run(task(number)));
  await new Promise(setImmediate);
  assert.deepEqual(started, [0, 1]);
  finish(1);
  await runs[1];
  assert.deepEqual(started, [0, 1, 2]);
  [0, 2, 3].forEach(finish);
  await Promise.all(runs);
  assert.deepEqual(started, [0, 1, 2, 3]);
});

test("who gives up waiting leaves the queue with the reason, and a failure frees its place", async () => {
  const limiter = new Limiter(1);
  const { started, task, finish } = tasks(3);
  const first = limiter.run(async () => {
    await task(0)();
    throw new Error("failed");
  });
  const stop = new AbortController();
  const second = limiter.run(task(1), stop.signal);
  const third = limiter.run(task(2));
  stop.abort(new Error("enough"));
  await assert.rejects(second, { message: "enough" });
  await assert.rejects(limiter.run(task(1), stop.signal), { message: "enough" });
  [0, 2].forEach(finish);
  await assert.rejects(first, { message: "failed" });
  await third;
  assert.deepEqual(started, [0, 2]);
});

test("a limit of none is refused", () => {
  assert.throws(() => new Limiter(0), RangeError);
});
