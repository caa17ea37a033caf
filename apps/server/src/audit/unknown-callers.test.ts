import assert from "node:assert/strict";
import { test } from "node:test";
import { traceOfUntraced, UnknownCallers } from "./unknown-callers.ts";

const words = { service: "IAM", resourceType: "token", name: "createToken" };
const other = { service: "IMS", resourceType: "image", name: "deleteImage" };

test("so many calls a minute are traced, the others counted, and every minute begins anew", () => {
  const callers = new UnknownCallers(2);
  assert.equal(callers.turn(1000), undefined);
  assert.deepEqual(
    [1000, 1001, 1002, 1003].map((now) => callers.admits(words, now)),
    [true, true, false, false],
  );
  assert.equal(callers.admits(other, 1004), false);
  assert.equal(callers.turn(60_999), undefined);
  const counts = new Map([
    ["createToken of IAM", 2],
    ["deleteImage of IMS", 1],
  ]);
  assert.deepEqual(callers.turn(61_000), { since: 1002, counts });
  assert.equal(callers.turn(61_000), undefined);
  assert.equal(callers.admits(words, 61_001), true);
  assert.equal(callers.turn(121_001), undefined, "nothing was counted");
});

test("a minute is over when that is said, and when the clock was set back", () => {
  const callers = new UnknownCallers(1);
  callers.turn(1000);
  callers.admits(words, 1000);
  callers.admits(words, 1001);
  assert.equal(callers.turn(1002, { isOver: true })?.since, 1001);
  callers.admits(words, 1003);
  assert.equal(callers.admits(words, 1004), false);
  assert.equal(callers.turn(5)?.since, 1004);
});

test("what was counted is told by what, how often and since when, the most frequent first", () => {
  const counts = new Map([
    ["deleteImage of IMS", 3],
    ["createToken of IAM", 40],
  ]);
  const trace = traceOfUntraced({ since: Date.UTC(2026, 0, 2), counts }, { id: "t", at: 7 });
  assert.deepEqual([trace.projectId, trace.kind, trace.at, trace.user], [undefined, "service", 7, undefined]);
  assert.match(trace.message, /since 2026-01-02T00:00:00\.000Z.*: 43 \(createToken of IAM 40, deleteImage of IMS 3\)$/);
  const many = new Map(Array.from({ length: 500 }, (_, number) => [`operation${number} of IMS`, 1]));
  assert.ok(traceOfUntraced({ since: 0, counts: many }, { id: "t", at: 7 }).message.length <= 1024);
});
