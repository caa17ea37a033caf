import assert from "node:assert/strict";
import { test } from "node:test";
import { crashStore } from "./crash-store/crash-store.ts";

const kills = 60;
const seed = process.env["TINTYPE_TEST_SEED"] ?? "20261122";

test(`a store that is killed at ${kills} random points loses nothing acknowledged and keeps nothing unneeded (seed ${seed})`, async () => {
  const report = await crashStore({ kills, seed });
  assert.equal(report.kills, kills);
  assert.ok(report.operations > kills / 6, `only ${report.operations} operations`);
  const { rewrite, rebuild } = report.cutOff;
  assert.ok(rewrite > 0 && rebuild > kills / 6, `only ${rewrite} rewriting copies and ${rebuild} rebuilds were cut off`);
});
