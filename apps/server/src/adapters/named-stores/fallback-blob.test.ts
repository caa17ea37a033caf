import assert from "node:assert/strict";
import { test } from "node:test";
import { blobIdOf, filler } from "../../../../../packages/store/test/filler.ts";
import { writeBlob } from "../../../../../packages/store/test/read-back.ts";
import { SeveralStores, chunkBytes } from "./testing/several-stores.ts";

const a = blobIdOf("a");
const content = Buffer.concat([filler("head", 9 * chunkBytes), Buffer.alloc(5 * chunkBytes), filler("tail", 9 * chunkBytes + 7)]);
const isPack = (_operation: string, file: string): boolean => file.startsWith("packs/");

/** A blob in the first two stores. */
async function twice(chunkSizes?: { readonly second: number }): Promise<SeveralStores> {
  const world = await SeveralStores.open(chunkSizes && { chunkSizes });
  await writeBlob(world.one.first, a, content);
  await writeBlob(world.one.second, a, content);
  return world;
}

test("an open blob is read on in the next store when the one it was opened in fails", async () => {
  await using world = await twice();
  await using blob = await world.store.open(a);
  assert.deepEqual(Buffer.from(await blob.read(0, 100)), content.subarray(0, 100));
  world.fail("first");
  const [middle, end] = await Promise.all([blob.read(5 * chunkBytes, 9000), blob.read(content.length - 10, 10)]);
  assert.deepEqual(Buffer.from(middle), content.subarray(5 * chunkBytes, 5 * chunkBytes + 9000));
  assert.deepEqual(Buffer.from(end), content.subarray(-10));
  const memory = Buffer.alloc(content.length);
  await blob.readInto?.(memory, 0);
  assert.deepEqual(memory, content);
  assert.ok(world.passedOver.length > 0 && world.passedOver.every((name) => name === "first"));
});

test("damaged bytes in one store are read from another", async () => {
  await using world = await twice();
  for (const [file, bytes] of world.files.first) {
    if (file.startsWith("packs/")) {
      world.files.first.set(
        file,
        bytes.map((byte, index) => (index > 200 ? byte ^ 0xff : byte)),
      );
    }
  }
  await using blob = await world.store.open(a);
  assert.deepEqual(Buffer.from(await blob.read(0, content.length)), content);
});

for (const second of [chunkBytes, 4 * chunkBytes]) {
  test(`pieces and extents go on where a store failed, also where chunks are of ${second} bytes`, async () => {
    await using world = await twice({ second });
    await using blob = await world.store.open(a);
    const read = Buffer.alloc(content.length);
    let position = 0;
    for await (const piece of blob.pieces?.({ start: 0, end: content.length }) ?? []) {
      read.set(piece, position);
      position += piece.length;
      if (position > 3 * chunkBytes) {
        world.fail("first");
      }
    }
    assert.equal(position, content.length);
    assert.deepEqual(read, content);
    const covered = [];
    for await (const { offset, length, kind } of blob.extents()) {
      covered.push(...Array.from({ length: Math.ceil(length / chunkBytes) }, (_, index) => [offset + index * chunkBytes, kind]));
    }
    assert.equal(covered.length, Math.ceil(content.length / chunkBytes));
  });
}

test("frames go on in a store that has frames of the same length, and nowhere else", async () => {
  for (const second of [chunkBytes, 4 * chunkBytes]) {
    await using world = await twice({ second });
    await using blob = await world.store.open(a);
    assert.equal(blob.frameBytes, chunkBytes);
    const offsets: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const { offset } of blob.frames?.() ?? []) {
        offsets.push(offset);
        world.fail("first", isPack);
      }
    };
    if (second === chunkBytes) {
      await reading();
      assert.equal(new Set(offsets).size, 19);
      assert.deepEqual(
        offsets,
        offsets.toSorted((one, other) => one - other),
      );
    } else {
      await assert.rejects(reading(), { code: "store.io" });
    }
  }
});

test("what no other store has fails with the reason of the one that has it", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.store, a, content);
  await using blob = await world.store.open(a);
  world.fail("second");
  await assert.rejects(blob.read(0, content.length), { code: "store.io" });
  world.mend();
  assert.equal((await blob.read(0, 10)).length, 10);
});

test("a call that is called off, and a range that leaves the blob, turn to no other store", async () => {
  await using world = await twice();
  await using blob = await world.store.open(a);
  await assert.rejects(blob.read(0, 10, { signal: AbortSignal.abort() }), { name: "AbortError" });
  await assert.rejects(blob.read(content.length, 1), RangeError);
  assert.deepEqual(world.passedOver, []);
});
