import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource } from "../core/byte-source.ts";
import { describeVirtualDisk } from "../core/virtual-disk.contract.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openRaw } from "./open-raw.ts";

describeVirtualDisk("a raw file with an odd length", async () => {
  const file = new SeededRandom(5).bytes(9000);
  return { disk: await openRaw(new MemorySource(file)), content: Buffer.concat([file, Buffer.alloc(216)]) };
});

test("R-246: the bytes of the file are the disk", async () => {
  const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 251));
  const disk = await openRaw(new MemorySource(bytes));
  assert.equal(disk.virtualSizeBytes, 1024);
  assert.deepEqual(disk.warnings, []);
  assert.deepEqual(Buffer.from(await disk.read(500, 100)), bytes.subarray(500, 600));
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 1024, kind: "data" }]);
});

test("a size that is not whole sectors is rounded up with zeros, and told", async () => {
  const disk = await openRaw(new MemorySource(Buffer.alloc(700, 9)));
  assert.equal(disk.virtualSizeBytes, 1024);
  assert.deepEqual(disk.details, { fileSizeBytes: 700 });
  assert.deepEqual(
    disk.warnings.map(({ code }) => code),
    ["disk.sizeRounded"],
  );
  assert.deepEqual(Buffer.from(await disk.read(690, 334)), Buffer.concat([Buffer.alloc(10, 9), Buffer.alloc(324)]));
  const target = Buffer.alloc(20, 5);
  await disk.readInto?.(target, 1000);
  assert.deepEqual(target, Buffer.alloc(20));
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: 1024, kind: "data" }]);
});

test("R-246: holes that the source knows are the disk's", async () => {
  const source: ByteSource = {
    lengthBytes: 1000,
    read: async (_, length) => new Uint8Array(length),
    async *extents() {
      yield { offset: 0, length: 512, kind: "data" };
      yield { offset: 512, length: 488, kind: "hole" };
    },
    async [Symbol.asyncDispose]() {},
  };
  assert.deepEqual(await listExtents(await openRaw(source)), [
    { offset: 0, length: 512, kind: "data" },
    { offset: 512, length: 512, kind: "hole" },
  ]);
});

test("reads that leave the disk are refused", async () => {
  const disk = await openRaw(new MemorySource(Buffer.alloc(512)));
  await assert.rejects(disk.read(512, 1), RangeError);
  await assert.rejects(disk.read(-1, 1), RangeError);
});

test("an empty file and one over the ceiling are refused", async () => {
  await assert.rejects(openRaw(new MemorySource(Buffer.alloc(0))), { code: "disk.truncated", message: /empty/ });
  await assert.rejects(openRaw(new MemorySource(Buffer.alloc(1024)), { maxVirtualSizeBytes: 512 }), { code: "disk.limit" });
});

test("the source is closed with the disk, and when opening fails", async () => {
  let closed = 0;
  const source = (lengthBytes: number): ByteSource => ({
    lengthBytes,
    read: async (_, length) => new Uint8Array(length),
    async [Symbol.asyncDispose]() {
      closed += 1;
    },
  });
  await (await openRaw(source(512)))[Symbol.asyncDispose]();
  assert.equal(closed, 1);
  await assert.rejects(openRaw(source(0)));
  assert.equal(closed, 2);
});
