import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { TestDisk } from "../core/testing/test-disk.ts";
import type { TestRun } from "../core/testing/test-disk.ts";
import { dataClusters, countClusters } from "./data-clusters.ts";

const CLUSTER_BYTES = 512;
const CLUSTERS_PER_TABLE = CLUSTER_BYTES / 8;

/** Runs of any length and place, also several in one cluster. */
const runLists = fc
  .array(fc.tuple(fc.nat({ max: 40_000 }), fc.integer({ min: 1, max: 3000 }), fc.boolean()), { maxLength: 20 })
  .map((parts) => {
    let end = 0;
    return parts.map(([gap, length, isData]): TestRun => {
      const run: TestRun = { offset: end + gap, length, content: "zeros", kind: isData ? "data" : "zero" };
      end = run.offset + length;
      return run;
    });
  });

test("cluster runs name every cluster that data touches, once, and do not touch each other", async () => {
  await fc.assert(
    fc.asyncProperty(runLists, fc.nat({ max: 600 }), async (runs, tail) => {
      const last = runs.at(-1);
      const disk = new TestDisk((last === undefined ? 0 : last.offset + last.length) + tail, runs);
      const touched = new Set<number>();
      for (const { offset, length } of runs.filter(({ kind }) => kind === "data")) {
        for (let cluster = Math.floor(offset / CLUSTER_BYTES); cluster * CLUSTER_BYTES < offset + length; cluster += 1) {
          touched.add(cluster);
        }
      }
      const listed = await Array.fromAsync(dataClusters(disk, CLUSTER_BYTES));
      assert.deepEqual(
        listed.flatMap(({ first, count }) => Array.from({ length: count }, (_, index) => first + index)),
        [...touched],
      );
      assert.ok(listed.every(({ first, count }, index) => first + count < (listed[index + 1]?.first ?? Infinity)));
      const counted = await countClusters(disk, CLUSTER_BYTES);
      const tables = new Set([...touched].map((cluster) => Math.floor(cluster / CLUSTERS_PER_TABLE)));
      const dataBytes = [...touched].reduce(
        (sum, cluster) => sum + Math.min(disk.virtualSizeBytes - cluster * CLUSTER_BYTES, CLUSTER_BYTES),
        0,
      );
      assert.deepEqual(counted, { clusters: touched.size, l2Tables: tables.size, dataBytes });
    }),
  );
});
