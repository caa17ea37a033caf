import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "./api-error.ts";
import { ConnectionError } from "./connection-error.ts";
import { isTransient } from "./is-transient.ts";

function refusal(status: number, code: string): ApiError {
  return new ApiError({ code, message: "No.", requestId: undefined }, status, "GET /x");
}

test("failures that may pass are tried again, and content that is damaged in the store is not", () => {
  assert.ok(isTransient(new ConnectionError("http://h", new Error("reset"))));
  assert.ok(isTransient(refusal(500, "ops.internal")));
  assert.ok(isTransient(refusal(503, "ops.unavailable")));
  for (const code of ["ops.contentDamaged", "ContentDamaged"]) {
    assert.equal(isTransient(refusal(500, code)), false);
  }
  assert.equal(isTransient(refusal(404, "NoSuchKey")), false);
  assert.equal(isTransient(new Error("anything")), false);
});
