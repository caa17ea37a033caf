import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { PackedRoom } from "./packed-room.ts";

const CLUSTER_BYTES = 1000;
const FIRST_CLUSTER = 7;

test("rooms do not overlap, begin behind the tables, and never need more than one further cluster each", () => {
  const lengths = fc.array(fc.oneof(fc.constant("plain" as const), fc.integer({ min: 1, max: CLUSTER_BYTES - 1 })));
  fc.assert(
    fc.property(lengths, (requests) => {
      const room = new PackedRoom(FIRST_CLUSTER, CLUSTER_BYTES);
      const taken: { from: number; end: number }[] = [];
      for (const [index, request] of requests.entries()) {
        const settled = room.settledCluster * CLUSTER_BYTES;
        const from = request === "plain" ? room.takePlain() * CLUSTER_BYTES : room.takePacked(request);
        const end = from + (request === "plain" ? CLUSTER_BYTES : request);
        assert.ok(from >= settled, "room was taken where all was settled");
        assert.ok(end <= room.endCluster * CLUSTER_BYTES);
        assert.ok(room.endCluster <= FIRST_CLUSTER + index + 1);
        taken.push({ from, end });
      }
      const ascending = taken.toSorted((one, other) => one.from - other.from);
      assert.ok(ascending.every(({ from }, index) => from >= (ascending[index - 1]?.end ?? FIRST_CLUSTER * CLUSTER_BYTES)));
    }),
  );
});

test("compressed clusters lie back to back, also across the border of two clusters of the file", () => {
  const room = new PackedRoom(0, CLUSTER_BYTES);
  assert.deepEqual([room.takePacked(600), room.takePacked(600), room.takePacked(800)], [0, 600, 1200]);
});

test("the open cluster is filled up behind a plain one, and left when the next bytes do not fit", () => {
  const room = new PackedRoom(0, CLUSTER_BYTES);
  assert.deepEqual([room.takePacked(300), room.takePlain(), room.takePacked(700), room.takePacked(10)], [0, 1, 300, 2000]);
});
