import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Limiter } from "./limiter.ts";

test("no more tasks run at a time than allowed, and all of them run, in order", async () => {
  const limiter = new Limiter(3);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const task = async (number: number): Promise<number> => {
    order.push(number);
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    running -= 1;
    return number * 2;
  };
  const numbers = Array.from({ length: 10 }, (_, number) => number);
  const answers = await Promise.all(numbers.map((number) => limiter.run(() => task(number))));
  assert.equal(most, 3);
  assert.deepEqual(order, numbers);
  assert.deepEqual(
    answers,
    numbers.map((number) => number * 2),
  );
});

test("a task that fails gives its place back", async () => {
  const limiter = new Limiter(1);
  await assert.rejects(
    limiter.run(() => Promise.reject(new Error("first"))),
    /first/,
  );
  assert.equal(await limiter.run(async () => "second"), "second");
});
