import assert from "node:assert/strict";
import { test } from "node:test";
import { kindsByName } from "./kinds-by-name.ts";
import { testKind } from "./testing/job-bench.ts";

test("kinds and steps that rows could not tell apart are refused", () => {
  const step = { name: "store", run: async () => null };
  assert.throws(() => kindsByName([testKind([]), testKind([])]), /Two job kinds are called "test"/);
  assert.throws(() => kindsByName([testKind([step, step])]), /Two steps of the job kind "test" are called "store"/);
  assert.deepEqual([...kindsByName([testKind([step]), testKind([step], { name: "other" })]).keys()], ["test", "other"]);
});
