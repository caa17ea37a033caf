import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { DataRuns } from "./data-runs.ts";

const CELL = 65_536;

test("everything outside the runs is zeros, and whole cells of zeros are outside, however the bytes come", () => {
  const spots = fc.array(fc.tuple(fc.nat({ max: 30 * CELL }), fc.integer({ min: 1, max: 3000 })), { maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(spots, fc.nat({ max: 30 * CELL }), cuts, (data, lengthBytes, sizes) => {
      const content = Buffer.alloc(lengthBytes);
      for (const [offset, length] of data) {
        content.fill(7, Math.min(offset, lengthBytes), Math.min(offset + length, lengthBytes));
      }
      const runs = new DataRuns();
      for (let at = 0, index = 0; at < lengthBytes; index += 1) {
        const size = sizes[index % sizes.length] ?? 1;
        runs.add(content.subarray(at, at + size));
        at += size;
      }
      const cells = Array.from({ length: Math.ceil(lengthBytes / CELL) }, (_, cell) =>
        content.subarray(cell * CELL, (cell + 1) * CELL).some((byte) => byte !== 0),
      );
      const expected: { start: number; end: number }[] = [];
      for (const [cell, hasData] of cells.entries()) {
        const last = expected.at(-1);
        if (hasData && last?.end === cell * CELL) {
          last.end = Math.min((cell + 1) * CELL, lengthBytes);
        } else if (hasData) {
          expected.push({ start: cell * CELL, end: Math.min((cell + 1) * CELL, lengthBytes) });
        }
      }
      assert.deepEqual(runs.finish(), expected);
      assert.equal(runs.lengthBytes, lengthBytes);
    }),
    { numRuns: 60 },
  );
});

test("a map of too many runs becomes coarser and stays true", () => {
  const runs = new DataRuns();
  const dataCell = Buffer.alloc(CELL);
  dataCell[5] = 1;
  const zeroCell = Buffer.alloc(CELL);
  const pairs = 70_000;
  for (let pair = 0; pair < pairs; pair += 1) {
    runs.add(dataCell);
    runs.add(zeroCell);
  }
  const found = runs.finish();
  assert.ok(found.length <= 65_536);
  assert.equal(found[0]?.start, 0);
  assert.equal(found.at(-1)?.end, (2 * pairs - 1) * CELL);
});
