import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { planLayout } from "./plan-layout.ts";

test("parts lie one behind the other, and the refcounts have room for exactly the clusters there are", () => {
  fc.assert(
    fc.property(fc.integer({ min: 9, max: 21 }), fc.nat({ max: 5_000_000 }), fc.nat({ max: 5000 }), (clusterBits, clusters, l2Tables) => {
      const layout = planLayout(2 ** 30, { clusters, l2Tables, dataBytes: 0 }, { clusterBits });
      const blocks = Math.ceil(layout.endAt / (layout.clusterSize / 2));
      assert.equal(layout.refcountBlocks, blocks);
      assert.equal(layout.refcountTableClusters, Math.ceil((blocks * 8) / layout.clusterSize));
      assert.equal(layout.refcountBlocksAt, 1 + layout.refcountTableClusters);
      assert.equal(layout.l1At, layout.refcountBlocksAt + blocks);
      assert.equal(layout.l2At, layout.l1At + Math.max(Math.ceil((layout.l1Entries * 8) / layout.clusterSize), 1));
      assert.equal(layout.dataAt, layout.l2At + l2Tables);
      assert.equal(layout.endAt, layout.dataAt + clusters);
    }),
  );
});

test("a disk of 64 TiB fits with clusters of 64 KiB, and not with clusters of 512 bytes", () => {
  const counted = { clusters: 0, l2Tables: 0, dataBytes: 0 };
  assert.equal(planLayout(2 ** 46, counted, {}).l1Entries, 131_072);
  assert.throws(() => planLayout(2 ** 46, counted, { clusterBits: 9 }), { code: "disk.limit", remedy: "Choose larger clusters." });
});

test("a size that is not a multiple of the cluster size stays as it is", () => {
  const layout = planLayout(512 * 1025, { clusters: 0, l2Tables: 0, dataBytes: 0 }, {});
  assert.equal(layout.virtualSizeBytes, 512 * 1025);
});
