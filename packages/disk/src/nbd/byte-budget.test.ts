import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { ByteBudget } from "./byte-budget.ts";

test("what does not fit waits in the order it came, also behind a large one", async () => {
  const budget = new ByteBudget(10);
  const order: string[] = [];
  const take = async (name: string, bytes: number): Promise<() => void> => {
    const giveBack = await budget.take(bytes);
    order.push(name);
    return giveBack;
  };
  const first = await take("first", 6);
  const large = take("large", 9);
  const small = take("small", 1);
  await setImmediate();
  assert.deepEqual(order, ["first"]);
  first();
  (await large)();
  (await small)();
  assert.deepEqual(order, ["first", "large", "small"]);
});

test("more than the whole is the whole", async () => {
  const budget = new ByteBudget(10);
  const giveBack = await budget.take(1000);
  let isTaken = false;
  const next = budget.take(1).then(() => (isTaken = true));
  await setImmediate();
  assert.equal(isTaken, false);
  giveBack();
  await next;
});
