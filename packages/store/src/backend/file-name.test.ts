import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFileName, isFileName } from "./file-name.ts";
import { badFileNames, goodFileNames } from "./testing/file-names.table.ts";

test("names by the rules are taken, and all others are refused with the rule", () => {
  for (const name of goodFileNames) {
    assert.ok(isFileName(name), name);
    checkFileName(name);
  }
  for (const name of badFileNames) {
    assert.equal(isFileName(name), false, name);
    assert.throws(() => checkFileName(name), TypeError, name);
  }
});
