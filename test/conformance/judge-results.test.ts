import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedClasses } from "./expected.table.ts";
import { judgeResults } from "./judge-results.ts";
import { readResults } from "./read-results.ts";

const table = [
  { name: "m.A", passes: ["one", "two"], fails: { three: "not built", four: "not built" } },
  { name: "m.B", passes: ["five"] },
];

function judge(lines: readonly string[], isWanted = (_test: string) => true) {
  const { awaited, ...verdict } = judgeResults(readResults(lines.join("\n"), "x."), table, isWanted);
  return { ...verdict, awaited: Object.fromEntries(awaited) };
}

const asExpected = [
  "Running tests",
  "{0} x.m.A.one [0.1s] ... ok",
  "{1} x.m.A.two [10.123456s] ... ok",
  "{1} x.m.A.three [0.000s] ... FAILED",
  "{0} x.m.A.four [0.0s] ... SKIPPED: no such thing",
  "{0} x.m.B.five [0.0s] ... ok",
  " - Passed: 3",
];

test("a run in which what must pass passes, and nothing else does, is as expected", () => {
  assert.deepEqual(judge(asExpected), { passed: 3, broken: [], awaited: { "not built": 2 }, surprising: [], unknown: [] });
});

test("a test that fails, is skipped, or does not run is broken, with what it did", () => {
  const { passed, broken } = judge([
    "{0} x.m.A.one [0.1s] ... FAILED",
    "{0} x.m.A.two [0.1s] ... SKIPPED: why",
    "{0} setUpClass (x.m.B) ... SKIPPED: no stores",
  ]);
  assert.deepEqual(broken, ["m.A.one failed", "m.A.two was skipped", "m.B.five did not run: its class was skipped"]);
  assert.equal(passed, 0);
  assert.deepEqual(judge(asExpected.slice(0, -2)).broken, ["m.B.five did not run"]);
});

test("a test that passes although the table says that it cannot is told", () => {
  assert.deepEqual(judge([...asExpected, "{0} x.m.A.three [0.1s] ... ok"]).surprising, ["m.A.three"]);
});

test("tests and failed classes of which the table knows nothing are told", () => {
  const { unknown } = judge([...asExpected, "{0} x.m.C.six [0.1s] ... ok", "{0} tearDownClass (x.m.D) [0.0s] ... FAILED"]);
  assert.deepEqual(unknown, ["m.C.six", "m.D"]);
});

test("tests that were not chosen are not missed", () => {
  const { broken, awaited } = judge(["{0} x.m.B.five [0.1s] ... ok"], (name) => name.startsWith("m.B"));
  assert.deepEqual([broken, awaited], [[], {}]);
});

test("the table names the 83 tests of the Image API, each once", () => {
  const names = expectedClasses.flatMap(({ name, passes, fails = {} }) =>
    [...passes, ...Object.keys(fails)].map((one) => `${name}.${one}`),
  );
  assert.equal(names.length, 83);
  assert.equal(new Set(names).size, 83);
});
