import assert from "node:assert/strict";
import { test } from "node:test";
import { isWanted } from "./read-conditions.ts";
import type { ReadConditions } from "./read-conditions.ts";

const object = { etag: "abc-2", modifiedAt: Date.parse("2026-01-02T03:04:05.678Z") };
const none: ReadConditions = { ifMatch: undefined, ifNoneMatch: undefined, ifModifiedSince: undefined, ifUnmodifiedSince: undefined };
const wanted = (conditions: Partial<ReadConditions>) => isWanted({ ...none, ...conditions }, object);
const at = "Fri, 02 Jan 2026 03:04:05 GMT";
const before = "Fri, 02 Jan 2026 03:04:04 GMT";

test("without conditions, or with ones that hold, the object is wanted", () => {
  assert.ok(wanted({}));
  for (const ifMatch of ["*", '"abc-2"', "abc-2", '"x", "abc-2"', 'W/"abc-2"']) {
    assert.ok(wanted({ ifMatch }), ifMatch);
  }
  assert.ok(wanted({ ifNoneMatch: '"x"' }));
  assert.ok(wanted({ ifModifiedSince: before }));
  assert.ok(wanted({ ifUnmodifiedSince: at }));
});

test("whoever has the object already does not want it", () => {
  for (const ifNoneMatch of ["*", '"abc-2"', '"x",W/"abc-2"']) {
    assert.equal(wanted({ ifNoneMatch }), false, ifNoneMatch);
  }
  assert.equal(wanted({ ifModifiedSince: at }), false);
});

test("an object that is another than expected is refused", () => {
  assert.throws(() => wanted({ ifMatch: '"x"' }), { code: "obs.PreconditionFailed" });
  assert.throws(() => wanted({ ifUnmodifiedSince: before }), { code: "obs.PreconditionFailed" });
});

test("an ETag outweighs a date, and a date that cannot be read is no condition", () => {
  assert.ok(wanted({ ifMatch: '"abc-2"', ifUnmodifiedSince: before }));
  assert.ok(wanted({ ifNoneMatch: '"x"', ifModifiedSince: at }));
  assert.ok(wanted({ ifModifiedSince: "yesterday", ifUnmodifiedSince: "tomorrow" }));
});
