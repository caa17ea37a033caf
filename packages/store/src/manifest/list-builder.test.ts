import assert from "node:assert/strict";
import { it } from "node:test";
import { digestOf } from "../chunk/chunk-codec.ts";
import { ListBuilder } from "./list-builder.ts";
import { chunksPerList } from "./manifest-format.ts";

const nameFor = (index: number): Buffer => digestOf(Buffer.from(`chunk ${index}`));

it("gives out every list that is not all zeros, with the names in their places, and then the whole content", () => {
  const lists = new ListBuilder();
  const last = 30_000 * chunksPerList + 77;
  const finished = new Map<number, Buffer>();
  for (const index of [1, chunksPerList - 1, chunksPerList, last]) {
    if (!lists.isCurrent(index)) {
      const list = lists.advanceTo(index);
      finished.set(list?.number ?? -1, list?.bytes ?? Buffer.alloc(0));
    }
    lists.set(index, nameFor(index));
  }
  const end = lists.finish(last + 3);
  finished.set(end?.number ?? -1, end?.bytes ?? Buffer.alloc(0));
  assert.deepEqual([...finished.keys()], [0, 1, 30_000]);
  assert.deepEqual(finished.get(0)?.length, chunksPerList * 32);
  assert.deepEqual(finished.get(0)?.subarray(0, 96), Buffer.concat([Buffer.alloc(32), nameFor(1), Buffer.alloc(32)]));
  assert.deepEqual(finished.get(1)?.subarray(0, 32), nameFor(chunksPerList));
  assert.deepEqual(finished.get(30_000)?.length, 80 * 32);
  for (const [number, bytes] of finished) {
    lists.setName(number, digestOf(bytes));
  }
  const content = lists.contentOf({ lengthBytes: (last + 3) * 4096, chunkSizeBytes: 4096 });
  assert.equal(content.lists.length, 30_001 * 32);
  assert.deepEqual(content.lists.subarray(32, 64), digestOf(finished.get(1) ?? Buffer.alloc(0)));
  assert.deepEqual(content.lists.subarray(64, 96), Buffer.alloc(32));
});

it("has no list for content that is empty or all zeros", () => {
  assert.equal(new ListBuilder().finish(0), undefined);
  const lists = new ListBuilder();
  assert.equal(lists.advanceTo(10 * chunksPerList), undefined);
  assert.equal(lists.finish(10 * chunksPerList + 5), undefined);
  assert.equal(lists.contentOf({ lengthBytes: 0, chunkSizeBytes: 4096 }).lists.length, 0);
});
