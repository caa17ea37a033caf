import assert from "node:assert/strict";
import { test } from "node:test";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { openRaw } from "../raw/open-raw.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVmdk } from "./open-vmdk.ts";
import { buildVmdk, descriptorOf } from "./testing/build-vmdk.ts";
import type { GrainContent } from "./testing/build-vmdk.ts";

const GRAIN = 8192;
const GRAINS = 40;

const data = (value: number): GrainContent => ({ kind: "data", bytes: Buffer.alloc(GRAIN, value) });
const base = build([
  [0, data(1)],
  [1, data(1)],
  [2, data(1)],
]);

/** A parent that counts how often it was closed. */
interface WatchedParent extends VirtualDisk {
  closed: number;
}

function build(grains: readonly (readonly [number, GrainContent])[], more?: string): Buffer {
  const descriptor = descriptorOf("monolithicSparse", [`RW ${GRAINS * 16} SPARSE "a.vmdk"`]);
  const changed = more === undefined ? descriptor : descriptor.replace("parentCID=ffffffff", more);
  return buildVmdk({ sizeBytes: GRAINS * GRAIN, grainSectors: 16, grains: new Map(grains), descriptor: changed }).file;
}

async function openBase(file: Uint8Array = base): Promise<WatchedParent> {
  const source = new MemorySource(file);
  // The disk is made here and nowhere else held.
  const disk = (await openVmdk(source)) as WatchedParent;
  disk.closed = 0;
  const close = disk[Symbol.asyncDispose].bind(disk);
  disk[Symbol.asyncDispose] = async () => {
    disk.closed += 1;
    await close();
  };
  return disk;
}

test("R-243: a snapshot shows its own grains and zeros, and its parent's where it has none", async () => {
  const parent = await openBase();
  const child = build(
    [
      [1, data(2)],
      [2, { kind: "zero" }],
    ],
    'parentCID=0badcafe\nparentFileNameHint="/vmfs/base.vmdk"',
  );
  {
    await using disk = await openVmdk(new MemorySource(child), { parent });
    assert.deepEqual([disk.virtualSizeBytes, disk.details["parentCid"], disk.details["cid"]], [GRAINS * GRAIN, "0badcafe", "0badcafe"]);
    const expected = Buffer.alloc(GRAINS * GRAIN);
    expected.fill(1, 0, GRAIN).fill(2, GRAIN, 2 * GRAIN);
    assert.ok(expected.equals(await disk.read(0, expected.length)));
    const kinds: unknown[] = [];
    for await (const { offset, length, kind } of disk.extents()) {
      kinds.push([offset / GRAIN, length / GRAIN, kind]);
    }
    assert.deepEqual(kinds, [
      [0, 2, "data"],
      [2, 1, "zero"],
      [3, GRAINS - 3, "hole"],
    ]);
  }
  assert.ok(parent.closed > 0, "the parent is closed with the disk");
});

test("R-243: a snapshot without its parent, over another one, over a changed one or over another format is refused", async () => {
  const child = build([], "parentCID=12345678");
  const open = (parent?: VirtualDisk): Promise<VirtualDisk> => openVmdk(new MemorySource(child), { parent });
  await assert.rejects(open(), { code: "disk.unsafe", message: /its parent/ });
  const other = await openBase();
  await assert.rejects(open(other), {
    code: "disk.unsafe",
    message: /parent with the content id 12345678, and one with the content id 0badcafe/,
  });
  assert.ok(other.closed > 0, "the parent is closed when opening fails");
  await assert.rejects(open(await openRaw(new MemorySource(Buffer.alloc(4096)))), {
    code: "disk.unsafe",
    message: /a raw disk without one/,
  });
});

test("a disk that stands on its own takes no parent, and a part of a set has none", async () => {
  await assert.rejects(openVmdk(new MemorySource(base), { parent: await openBase() }), {
    code: "disk.unsafe",
    message: /stands on its own/,
  });
  const related = [{ name: "a", source: new MemorySource(build([], "parentCID=0badcafe")) }];
  const set = Buffer.from(descriptorOf("twoGbMaxExtentSparse", [`RW ${GRAINS * 16} SPARSE "a"`]).replace("ffffffff", "0badcafe"));
  await assert.rejects(openVmdk(new MemorySource(set), { related, parent: await openBase() }), {
    code: "disk.unsafe",
    message: /its parent/,
  });
});
