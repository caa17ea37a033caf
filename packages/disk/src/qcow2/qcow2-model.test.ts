import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { listExtents } from "../core/testing/list-extents.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openQcow2 } from "./open-qcow2.ts";
import { buildQcow2, contentOf } from "./testing/build-qcow2.ts";
import type { ClusterContent, Qcow2Recipe, SubclusterState } from "./testing/build-qcow2.ts";

const MAX_CLUSTERS = 80;

interface Layout {
  readonly version: 2 | 3;
  readonly clusterBits: number;
  readonly wantsSubclusters: boolean;
  readonly compression: "zlib" | "zstd";
  /** The disk's size, as a share of `MAX_CLUSTERS`. */
  readonly fill: number;
  /** Guest clusters in physical order: their number, kind, and what their bytes and states are made from. */
  readonly clusters: readonly (readonly [number, ClusterContent["kind"], number])[];
}

/** Layouts of every kind, in any physical order, small enough to be printed when one fails. */
const layouts: fc.Arbitrary<Layout> = fc.record({
  version: fc.constantFrom(2, 3),
  clusterBits: fc.constantFrom(9, 10, 12, 14),
  wantsSubclusters: fc.boolean(),
  compression: fc.constantFrom("zlib", "zstd"),
  fill: fc.double({ min: 0, max: 1, noNaN: true }),
  clusters: fc.uniqueArray(
    fc.tuple(
      fc.nat(MAX_CLUSTERS - 1),
      fc.constantFrom<ClusterContent["kind"]>("data", "compressed", "zero", "zero-allocated", "subclusters"),
      fc.integer({ min: 1, max: 2 ** 31 }),
    ),
    { maxLength: 12, selector: ([index]) => index },
  ),
});

/** Leaves out what the format cannot have: zero clusters and zstd in version 2, subclusters in small clusters. */
function recipeOf(layout: Layout): Qcow2Recipe {
  const { version, clusterBits } = layout;
  const clusterSize = 2 ** clusterBits;
  const extendedL2 = version === 3 && clusterBits >= 14 && layout.wantsSubclusters;
  const sizeBytes = Math.max(1, Math.floor(layout.fill * MAX_CLUSTERS * clusterSize));
  const clusters = new Map<number, ClusterContent>();
  for (const [index, kind, seed] of layout.clusters) {
    if (index * clusterSize < sizeBytes && (version === 3 || kind === "data" || kind === "compressed")) {
      const bytes = Buffer.from(Array.from({ length: clusterSize }, (_, at) => (at >> 5) + seed));
      const states = Array.from({ length: 32 }, (_, sub): SubclusterState =>
        ((seed >>> sub) & 1) === 0 ? "data" : sub % 3 === 0 ? "zero" : "hole",
      );
      clusters.set(index, kind === "zero" ? { kind } : kind === "subclusters" ? subclusters(extendedL2, bytes, states) : { kind, bytes });
    }
  }
  return { version, clusterBits, extendedL2, compression: version === 3 ? layout.compression : "zlib", sizeBytes, clusters };
}

function subclusters(isPossible: boolean, bytes: Uint8Array, states: readonly SubclusterState[]): ClusterContent {
  return isPossible ? { kind: "subclusters", bytes, states } : { kind: "data", bytes };
}

test("any range of any image reads as the model says", async () => {
  await fc.assert(
    fc.asyncProperty(layouts, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 6 }), async (layout, ranges) => {
      const recipe = recipeOf(layout);
      const content = contentOf(recipe);
      await using disk = await openQcow2(new MemorySource(buildQcow2(recipe).file));
      assert.equal(disk.virtualSizeBytes, content.length);
      for (const [a, b] of [[0, content.length], ...ranges] as const) {
        const offset = a % (content.length + 1);
        const expected = content.subarray(offset, offset + (b % (content.length + 1)));
        assert.ok(expected.equals(await disk.read(offset, expected.length)), `${expected.length} bytes at ${offset}`);
        const target = Buffer.alloc(expected.length, 0xee);
        await disk.readInto?.(target, offset);
        assert.ok(expected.equals(target), `${expected.length} bytes at ${offset}, into the caller's memory`);
      }
    }),
    { numRuns: 120 },
  );
});

test("the extents of any image cover it, do not repeat a kind, and call nothing empty that has bytes", async () => {
  await fc.assert(
    fc.asyncProperty(layouts, async (layout) => {
      const recipe = recipeOf(layout);
      const content = contentOf(recipe);
      await using disk = await openQcow2(new MemorySource(buildQcow2(recipe).file));
      const extents = await listExtents(disk);
      let end = 0;
      for (const [index, extent] of extents.entries()) {
        assert.equal(extent.offset, end);
        assert.notEqual(extent.kind, extents[index - 1]?.kind);
        end += extent.length;
        if (extent.kind !== "data") {
          assert.ok(
            content.subarray(extent.offset, end).every((byte) => byte === 0),
            `${extent.kind} at ${extent.offset}`,
          );
        }
      }
      assert.equal(end, content.length);
    }),
    { numRuns: 120 },
  );
});
