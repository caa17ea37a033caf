import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { UploadedPart } from "../ports/upload-catalog.ts";
import { partsToMerge } from "./merge-small-parts.ts";
import { stepBytesAt } from "./upload-steps.ts";

const mebibyte = 1024 * 1024;

/** Parts of these lengths, one behind the other. */
function partsOf(lengths: readonly number[]): UploadedPart[] {
  let offsetBytes = 0;
  return lengths.map((lengthBytes) => {
    const part = { blobId: "0".repeat(32) as BlobId, offsetBytes, lengthBytes };
    offsetBytes += lengthBytes;
    return part;
  });
}

test("small parts at the end are merged once they make a step, and no others", () => {
  const [step, small] = [16 * mebibyte, 5 * mebibyte];
  const merged = (...lengths: number[]) => partsToMerge(partsOf(lengths)).map(({ lengthBytes }) => lengthBytes);
  assert.deepEqual(merged(), []);
  assert.deepEqual(merged(small), []);
  assert.deepEqual(merged(small, small, small), []);
  assert.deepEqual(merged(small, small, small, 1), []);
  assert.deepEqual(merged(small, small, small, mebibyte), [small, small, small, mebibyte]);
  assert.deepEqual(merged(step, step), []);
  assert.deepEqual(merged(small, step, small, small), []);
  assert.deepEqual(merged(step, small, small, small, small), [small, small, small, small]);
});

test("bodies of any one size leave fewer parts than an object may have", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 * mebibyte }), (bodyBytes) => {
      const parts: UploadedPart[] = [];
      for (let requests = 0; requests < 3000; requests += 1) {
        const [last] = parts.slice(-1);
        const offsetBytes = last === undefined ? 0 : last.offsetBytes + last.lengthBytes;
        parts.push({ blobId: "0".repeat(32) as BlobId, offsetBytes, lengthBytes: bodyBytes });
        const merged = partsToMerge(parts);
        const [first] = merged;
        if (first !== undefined) {
          const lengthBytes = merged.reduce((sum, part) => sum + part.lengthBytes, 0);
          parts.splice(parts.length - merged.length, merged.length, { ...first, lengthBytes });
          assert.ok(merged.length >= 1000 || lengthBytes < 2 * stepBytesAt(first.offsetBytes) + bodyBytes);
        }
      }
      const [last] = parts.slice(-1);
      assert.ok(parts.length <= 1000 + (last?.offsetBytes ?? 0) / (15 * mebibyte), `${parts.length} parts`);
    }),
    { numRuns: 20 },
  );
});
