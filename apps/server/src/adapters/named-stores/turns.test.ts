import assert from "node:assert/strict";
import { test } from "node:test";
import { Turns } from "./turns.ts";

test("work on one thing takes turns, also after a failure, and work on another thing does not wait", async () => {
  const turns = new Turns();
  const order: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = turns.take("a", async () => {
    await gate.promise;
    order.push("first");
    throw new Error("first failed");
  });
  const second = turns.take("a", async () => void order.push("second"));
  const third = turns.take("a", async () => order.push("third"));
  await turns.take("b", async () => void order.push("other"));
  gate.resolve();
  await assert.rejects(first, /first failed/);
  await second;
  assert.equal(await third, 4);
  assert.deepEqual(order, ["other", "first", "second", "third"]);
});
