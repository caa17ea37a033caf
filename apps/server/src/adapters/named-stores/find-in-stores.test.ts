import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { blobIdOf, filler } from "../../../../../packages/store/test/filler.ts";
import { writeBlob } from "../../../../../packages/store/test/read-back.ts";
import { chunkBytes, SeveralStores } from "./testing/several-stores.ts";

const [a, b, c] = [blobIdOf("a"), blobIdOf("b"), blobIdOf("c")];
const contents = ["one", "two", "three"].map((word) => filler(word, chunkBytes));
const digests = contents.map((bytes) => createHash("sha256").update(bytes).digest());

test("chunks are found in whatever store their blob lies, each once", async () => {
  await using world = await SeveralStores.open();
  const [one, two, three] = contents;
  assert.ok(one && two && three);
  await writeBlob(world.one.first, a, one);
  await writeBlob(world.one.third, b, Buffer.concat([one, two]));
  await writeBlob(world.store, c, three);
  assert.equal(world.store.chunkSizeBytes, chunkBytes);
  const found = await Array.fromAsync(world.store.findChunks?.(digests, [a, b, c]) ?? []);
  assert.deepEqual(
    found.map(({ index, blobId, offset }) => [index, blobId, offset]),
    [
      [0, a, 0],
      [2, c, 0],
      [1, b, chunkBytes],
    ],
  );
  assert.deepEqual(await Array.fromAsync(world.store.findChunks?.(digests, []) ?? []), []);
});

test("a store that fails hides nothing that others hold, and one with chunks of another length is not asked", async () => {
  await using world = await SeveralStores.open({ chunkSizes: { third: 2 * chunkBytes } });
  const [one, two] = contents;
  assert.ok(one && two);
  await writeBlob(world.one.first, a, one);
  await writeBlob(world.one.second, b, two);
  await writeBlob(world.one.third, c, filler("three", chunkBytes));
  world.fail("first");
  const found = await Array.fromAsync(world.store.findChunks?.(digests, [a, b, c]) ?? []);
  assert.deepEqual(
    found.map(({ index }) => index),
    [1],
  );
  assert.deepEqual(world.passedOver, ["first"]);
});
