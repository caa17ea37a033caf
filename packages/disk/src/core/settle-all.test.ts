import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { settleAll } from "./settle-all.ts";

test("a failure is thrown only after the slower tasks have ended", async () => {
  let hasEnded = false;
  const slow = async (): Promise<void> => {
    await setImmediate();
    hasEnded = true;
  };
  await assert.rejects(settleAll([Promise.reject(new Error("quick")), slow()]), /quick/);
  assert.equal(hasEnded, true);
});

test("nothing is thrown when all succeed", async () => {
  await settleAll([Promise.resolve(1), Promise.resolve(2)]);
});
