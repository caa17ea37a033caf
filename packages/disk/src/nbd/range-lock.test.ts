import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { test } from "node:test";
import { RangeLock } from "./range-lock.ts";

test("ranges that touch take turns in order, others do not wait, and a failure lets the next one in", async () => {
  const lock = new RangeLock();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const work = (name: string, first: number, end: number, until?: Promise<void>): Promise<void> =>
    lock.run({ first, end }, async () => {
      log.push(`${name} begins`);
      await until;
      log.push(`${name} ends`);
      if (name === "a") {
        throw new Error("a fails");
      }
    });
  const failing = assert.rejects(work("a", 0, 4, gate.promise), /a fails/);
  const others = [work("b", 3, 5), work("c", 4, 6), work("d", 10, 11)];
  await setImmediate();
  assert.deepEqual(log, ["a begins", "d begins", "d ends"]);
  gate.resolve();
  await Promise.all([failing, ...others]);
  assert.deepEqual(log.slice(3), ["a ends", "b begins", "b ends", "c begins", "c ends"]);
});
