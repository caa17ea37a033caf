import assert from "node:assert/strict";
import { test } from "node:test";
import type { Extent } from "./byte-source.ts";
import { mergeExtents } from "./merge-extents.ts";

test("neighbours of one kind become one, empty ones go, and the order stays", async () => {
  async function* extents(): AsyncGenerator<Extent> {
    yield { offset: 0, length: 5, kind: "data" };
    yield { offset: 5, length: 0, kind: "hole" };
    yield { offset: 5, length: 3, kind: "data" };
    yield { offset: 8, length: 1, kind: "zero" };
    yield { offset: 9, length: 2, kind: "hole" };
  }
  assert.deepEqual(await Array.fromAsync(mergeExtents(extents())), [
    { offset: 0, length: 8, kind: "data" },
    { offset: 8, length: 1, kind: "zero" },
    { offset: 9, length: 2, kind: "hole" },
  ]);
});
