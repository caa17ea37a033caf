import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { copyOnWrite } from "./copy-on-write-device.ts";
import type { BlockDevice } from "./block-device.ts";
import { ReadOnlyDevice } from "./read-only-device.ts";
import { KIB, MIB, smallDisk } from "./testing/served-disk.ts";

const SIZE = 4 * MIB + 512;
const BLOCK = 64 * KIB;
const folder = await mkdtemp(join(tmpdir(), "tintype-cow-"));
const content = Buffer.from(await smallDisk().read(0, SIZE));

after(() => rm(folder, { recursive: true }));

const open = (): Promise<BlockDevice> => copyOnWrite(new ReadOnlyDevice(smallDisk()), folder);

const change = fc.record({
  kind: fc.constantFrom("write", "writeZeroes"),
  offset: fc.oneof(
    fc.nat(SIZE),
    fc.nat(Math.floor(SIZE / BLOCK)).map((block) => block * BLOCK),
    fc.integer({ min: SIZE - BLOCK, max: SIZE }),
  ),
  length: fc.oneof(
    fc.nat(2000),
    fc.nat(5 * BLOCK),
    fc.integer({ min: 1, max: 4 }).map((blocks) => blocks * BLOCK),
  ),
  fill: fc.integer({ min: 1, max: 255 }),
});

test("after any changes, one after the other, it reads as memory would, and its map is true", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
      await using device = await open();
      const expected = Buffer.from(content);
      for (const { kind, offset, length, fill } of changes) {
        const end = Math.min(SIZE, offset + length);
        if (kind === "write") {
          await device.writes?.write(offset, Buffer.alloc(end - offset, fill));
        } else {
          await device.writes?.writeZeroes(offset, end - offset);
        }
        expected.fill(kind === "write" ? fill : 0, offset, end);
      }
      assert.ok(expected.equals(await device.read(0, SIZE)));
      let at = 0;
      for await (const { offset, length, isZero } of device.stretches(0, SIZE)) {
        assert.equal(offset, at);
        at += length;
        assert.ok(!isZero || expected.subarray(offset, at).every((byte) => byte === 0), `zeros at ${offset}`);
      }
      assert.equal(at, SIZE);
    }),
    { numRuns: 20 },
  );
});

test("writes side by side into one block that is still the disk's all survive", async () => {
  await using device = await open();
  const expected = Buffer.from(content);
  const writes = Array.from({ length: 128 }, (_, index) => ({ offset: MIB + 512 * ((index * 37) % 128), fill: 1 + index }));
  await Promise.all(writes.map(async ({ offset, fill }) => device.writes?.write(offset, Buffer.alloc(512, fill))));
  for (const { offset, fill } of writes) {
    expected.fill(fill, offset, offset + 512);
  }
  assert.ok(expected.equals(await device.read(0, SIZE)));
});

test("a write of a whole block beside small ones in it leaves no bytes of the disk beneath", async () => {
  await using device = await open();
  await Promise.all([
    device.writes?.write(MIB + 100, Buffer.alloc(10, 1)),
    device.writes?.write(MIB, Buffer.alloc(BLOCK, 2)),
    device.writes?.write(MIB + 200, Buffer.alloc(10, 3)),
  ]);
  const block = Buffer.from(await device.read(MIB, BLOCK));
  assert.ok(block.every((byte) => byte >= 1 && byte <= 3));
});

test("what is trimmed reads as zeros where whole blocks were, and as before elsewhere", async () => {
  await using device = await open();
  await device.writes?.trim(MIB + 1, 2 * BLOCK);
  const expected = Buffer.from(content).fill(0, MIB + BLOCK, MIB + 2 * BLOCK);
  assert.ok(expected.equals(await device.read(0, SIZE)));
});

test("the file for what is written has no name", async () => {
  await using device = await open();
  await device.writes?.write(0, Buffer.alloc(BLOCK, 1));
  assert.deepEqual(await readdir(folder), []);
});

test("a folder that cannot be written is told by name, and the disk is closed", async () => {
  let isClosed = false;
  const base = Object.assign(new ReadOnlyDevice(smallDisk()), { [Symbol.asyncDispose]: async () => void (isClosed = true) });
  await assert.rejects(copyOnWrite(base, join(folder, "nowhere")), { code: "disk.io", message: /nowhere/ });
  assert.ok(isClosed);
});
