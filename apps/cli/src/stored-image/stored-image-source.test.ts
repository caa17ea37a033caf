import assert from "node:assert/strict";
import { test } from "node:test";
import { describeByteSource } from "@tintype/disk/core/byte-source.contract.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { StoredImageSource } from "./stored-image-source.ts";
import type { RemoteContent } from "./stored-image-source.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

describeByteSource("a stored image", async (content) => {
  const memory = new MemorySource(content);
  return new StoredImageSource({
    lengthBytes: content.length,
    readInto: async (target, offset, options) => target.set(await memory.read(offset, target.length, options)),
    async *extents() {
      yield { offset: 0, length: content.length, kind: "data" };
    },
  });
});

/** A content that notes what is fetched of it. */
function remote(disk: TestDisk): { readonly content: RemoteContent; readonly fetched: (readonly [offset: number, length: number])[] } {
  const fetched: (readonly [number, number])[] = [];
  const content: RemoteContent = {
    lengthBytes: disk.virtualSizeBytes,
    extents: (options) => disk.extents(options),
    readInto: async (target, offset) => {
      fetched.push([offset, target.length]);
      target.set(await disk.read(offset, target.length));
    },
  };
  return { content, fetched };
}

const disk = new TestDisk(8 * MIB, [
  { offset: 0, length: 100 * KIB, content: "noise" },
  { offset: MIB, length: 3 * MIB, content: "text" },
  { offset: 6 * MIB, length: MIB, content: "zeros", kind: "zero" },
]);

test("small reads fetch a window once, without the zeros in it; zeros fetch nothing", async () => {
  const { content, fetched } = remote(disk);
  await using source = new StoredImageSource(content);
  for (const offset of [10, 5000, 90 * KIB]) {
    assert.deepEqual(Buffer.from(await source.read(offset, 4096)), await disk.read(offset, 4096));
  }
  assert.deepEqual(Buffer.from(await source.read(90 * KIB, 100 * KIB)), await disk.read(90 * KIB, 100 * KIB));
  assert.ok((await source.read(6 * MIB + 100, 100 * KIB)).every((byte) => byte === 0));
  assert.deepEqual(fetched, [[0, 100 * KIB]]);
  assert.equal(source.fetchedBytes, 100 * KIB);
});

test("a large read is fetched as it is, around the zeros", async () => {
  const { content, fetched } = remote(disk);
  await using source = new StoredImageSource(content);
  assert.ok(Buffer.from(await source.read(0, 8 * MIB)).equals(Buffer.from(await disk.read(0, 8 * MIB))));
  assert.deepEqual(fetched, [
    [0, 100 * KIB],
    [MIB, 3 * MIB],
  ]);
});

test("a map that could not be read is asked for again by the next read", async () => {
  const { content } = remote(disk);
  let isAway = true;
  await using source = new StoredImageSource({
    ...content,
    extents: async function* (options) {
      if (isAway) {
        throw new Error("The service is away.");
      }
      yield* content.extents(options);
    },
  });
  await assert.rejects(source.read(0, 512), /away/);
  isAway = false;
  assert.equal((await source.read(0, 512)).length, 512);
});
