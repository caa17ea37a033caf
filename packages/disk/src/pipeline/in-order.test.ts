import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { inOrder } from "./in-order.ts";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number += 1) {
    yield number;
  }
}

test("results come in the order of the items, whichever work ends first", async () => {
  const work = async (number: number): Promise<number> => {
    for (let turn = number % 3; turn < 3; turn += 1) {
      await setImmediate();
    }
    return number;
  };
  assert.deepEqual(await Array.fromAsync(inOrder(numbers(10), work, 3)), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("no more than the given number of works run at a time", async () => {
  let running = 0;
  let most = 0;
  const work = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    running -= 1;
  };
  await Array.fromAsync(inOrder(numbers(20), work, 4));
  assert.equal(most, 4);
});

test("a failure is thrown in its turn, after all other work has ended and the items are closed", async () => {
  let running = 0;
  let isClosed = false;
  async function* items(): AsyncGenerator<number> {
    try {
      yield* numbers(10);
    } finally {
      isClosed = true;
    }
  }
  const seen: number[] = [];
  const iterate = async (): Promise<void> => {
    const work = async (number: number): Promise<number> => {
      running += 1;
      await setImmediate();
      running -= 1;
      if (number === 2) {
        throw new Error("broken");
      }
      return number;
    };
    for await (const number of inOrder(items(), work, 4)) {
      seen.push(number);
    }
  };
  await assert.rejects(iterate(), /broken/);
  assert.deepEqual({ seen, running, isClosed }, { seen: [0, 1], running: 0, isClosed: true });
});

test("a reader that leaves early gets control back only when nothing runs any more", async () => {
  let running = 0;
  const work = async (number: number): Promise<number> => {
    running += 1;
    await setImmediate();
    running -= 1;
    return number;
  };
  for await (const number of inOrder(numbers(10), work, 4)) {
    assert.equal(number, 0);
    break;
  }
  assert.equal(running, 0);
});
