import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { dataRuns } from "./data-runs.ts";

test("runs hold every byte that is not zero, no block of zeros, and do not touch each other", () => {
  const block = fc.constantFrom("zeros", "first", "last", "inside", "full");
  fc.assert(
    fc.property(fc.array(block), fc.nat({ max: 1000 }), fc.nat({ max: 99 }), (blocks, offset, cut) => {
      const blockBytes = 100;
      const whole = Buffer.alloc(blocks.length * blockBytes);
      for (const [index, kind] of blocks.entries()) {
        const [start, end] = { zeros: [0, 0], first: [0, 1], last: [99, 100], inside: [37, 38], full: [0, 100] }[kind];
        whole.fill(1, index * blockBytes + (start ?? 0), index * blockBytes + (end ?? 0));
      }
      const bytes = whole.subarray(offset % blockBytes, Math.max(whole.length - cut, 0));
      const runs = dataRuns(bytes, blockBytes, offset);
      const covered = Buffer.alloc(bytes.length);
      for (const [index, { start, end }] of runs.entries()) {
        assert.ok(start < end && end < (runs[index + 1]?.start ?? Infinity));
        bytes.copy(covered, start, start, end);
        for (let at = start; at < end; at += 1) {
          const blockStart = Math.max(at - ((at + offset) % blockBytes), 0);
          assert.ok(bytes.subarray(blockStart, at - ((at + offset) % blockBytes) + blockBytes).some((byte) => byte !== 0));
        }
      }
      assert.ok(covered.equals(bytes));
    }),
  );
});

test("large blocks are compared to their end", () => {
  const bytes = new Uint8Array(1_048_576);
  assert.deepEqual(dataRuns(bytes, bytes.length), []);
  bytes[700_000] = 1;
  assert.deepEqual(dataRuns(bytes, bytes.length), [{ start: 0, end: bytes.length }]);
});
