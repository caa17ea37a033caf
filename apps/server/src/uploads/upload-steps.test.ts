import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isSmallPart, stepBytesAt, stepEnd } from "./upload-steps.ts";

const mebibyte = 1024 * 1024;
const largestFile = 5 * 2 ** 40;
const offsets = fc.integer({ min: 0, max: largestFile });

test("a step goes forward, ends at a whole MiB, and is no small part", () => {
  fc.assert(
    fc.property(offsets, (offsetBytes) => {
      const end = stepEnd(offsetBytes, undefined);
      assert.ok(end > offsetBytes && end <= offsetBytes + stepBytesAt(offsetBytes));
      assert.equal(end % mebibyte, 0);
      assert.ok(!isSmallPart({ offsetBytes, lengthBytes: end - offsetBytes }));
    }),
  );
});

test("the steps of a body end where it ends, and none but the only one is small", () => {
  fc.assert(
    fc.property(offsets, fc.integer({ min: 1, max: 2 ** 32 }), (start, lengthBytes) => {
      const bodyEnd = start + lengthBytes;
      for (let offsetBytes = start; offsetBytes < bodyEnd;) {
        const end = stepEnd(offsetBytes, bodyEnd);
        assert.ok(end > offsetBytes && end <= bodyEnd);
        assert.ok(offsetBytes === start || !isSmallPart({ offsetBytes, lengthBytes: end - offsetBytes }));
        offsetBytes = end;
      }
    }),
  );
});

test("the largest file has fewer parts than an object may have", () => {
  let parts = 0;
  for (let offsetBytes = 0; offsetBytes < largestFile; offsetBytes = stepEnd(offsetBytes, undefined)) {
    parts += 1;
  }
  assert.ok(parts < 8000, `${parts} parts`);
});
