import assert from "node:assert/strict";
import { test } from "node:test";
import { DiskError } from "../core/disk-error.ts";
import { FaultList, isRefusal } from "./fault-list.ts";

test("the first faults are kept, and all are counted", () => {
  const faults = new FaultList();
  for (let index = 0; index < 1500; index += 1) {
    faults.add({ code: "a.b", message: String(index), fileOffset: index, severity: index % 3 === 0 ? "leak" : "error" });
  }
  assert.equal(faults.faults.length, 1000);
  assert.equal(faults.faults[999]?.message, "999");
  assert.equal(faults.omitted, 500);
  assert.equal(faults.errors, 1000);
});

test("a refusal says something of the image, and a medium that fails does not", () => {
  assert.equal(isRefusal(new DiskError("disk.corrupt", "")), true);
  assert.equal(isRefusal(new DiskError("disk.io", "")), false);
  assert.equal(isRefusal(new RangeError()), false);
});
