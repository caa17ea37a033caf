import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { planParts } from "./plan-parts.ts";

const MIB = 1024 * 1024;

test("parts cover the file without gaps, are all of one size but the last, and are never more than 10,000", () => {
  const lengths = fc.oneof(
    fc.integer({ min: 1, max: 64 * MIB }),
    fc.integer({ min: 1, max: 4 * 1024 * 1024 }).map((mib) => mib * MIB + 1),
  );
  fc.assert(
    fc.property(lengths, (lengthBytes) => {
      const parts = planParts(lengthBytes);
      let end = 0;
      parts.forEach((part, index) => {
        assert.equal(part.partNumber, index + 1);
        assert.equal(part.offset, end);
        end += part.lengthBytes;
      });
      assert.equal(end, lengthBytes);
      assert.ok(parts.length <= 10_000);
      assert.equal(new Set(parts.slice(0, -1).map((part) => part.lengthBytes)).size, parts.length > 1 ? 1 : 0);
    }),
    { numRuns: 30 },
  );
});

test("parts have 16 MiB as long as 10,000 of them are enough", () => {
  assert.equal(planParts(16 * MIB * 10_000)[0]?.lengthBytes, 16 * MIB);
  assert.equal(planParts(16 * MIB * 10_000 + 1)[0]?.lengthBytes, 17 * MIB);
});
