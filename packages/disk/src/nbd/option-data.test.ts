import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseContextRequest, parseInfoRequest } from "./option-data.ts";
import { contextData, infoData } from "./testing/nbd-client.ts";

test("what a client writes is read back", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 50 }), fc.array(fc.nat(65_535), { maxLength: 10 }), (exportName, infoTypes) => {
      const text = Buffer.from(exportName, "utf8").toString("utf8");
      assert.deepEqual(parseInfoRequest(infoData(exportName, infoTypes)), { exportName: text, infoTypes });
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 50 }), { maxLength: 10 }), (queries) => {
      const texts = queries.map((query) => Buffer.from(query, "utf8").toString("utf8"));
      assert.deepEqual(parseContextRequest(contextData("x", queries)), { exportName: "x", queries: texts });
    }),
  );
});

test("data that is cut off anywhere, or goes on, is none", () => {
  const info = infoData("disk", [1, 3]);
  const context = contextData("disk", ["base:allocation", "x:y"]);
  for (let length = 0; length < info.length; length += 1) {
    assert.equal(parseInfoRequest(info.subarray(0, length)), undefined);
  }
  for (let length = 0; length < context.length; length += 1) {
    assert.equal(parseContextRequest(context.subarray(0, length)), undefined);
  }
  assert.equal(parseInfoRequest(Buffer.concat([info, Buffer.alloc(2)])), undefined);
  assert.equal(parseContextRequest(Buffer.concat([context, Buffer.alloc(1)])), undefined);
});

test("lengths and counts that cannot be are refused without being reserved", () => {
  assert.equal(parseInfoRequest(Buffer.alloc(20, 0xff)), undefined);
  assert.equal(parseContextRequest(Buffer.alloc(20, 0xff)), undefined);
  assert.equal(
    parseContextRequest(Buffer.concat([contextData("", []).subarray(0, 4), Buffer.alloc(4, 0xff), Buffer.alloc(100)])),
    undefined,
  );
});
