import assert from "node:assert/strict";
import { test } from "node:test";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { MemorySource } from "../source/memory-source.ts";
import { geometryBytes, geometryOf } from "./geometry.ts";
import { openVhd } from "./open-vhd.ts";
import { buildVhd } from "./testing/build-vhd.ts";
import type { VhdRecipe } from "./testing/build-vhd.ts";

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

const openBuilt = (recipe: VhdRecipe): Promise<VirtualDisk> => openVhd(new MemorySource(buildVhd(recipe).file));
const codes = (disk: VirtualDisk): readonly string[] => disk.warnings.map(({ code }) => code);

test("R-244: the size is the one stated, and the other one of cylinders, heads and sectors is told", async () => {
  // The sizes of real files: Hyper-V and Virtual PC each take another of these for the disk's.
  for (const creator of ["win ", "vpc "]) {
    const recipe = { type: "dynamic", sizeBytes: 136_365_211_648, geometry: [65_278, 16, 255], creator } as const;
    await using disk = await openBuilt({ ...recipe, blockBytes: 2 * MIB });
    assert.equal(disk.virtualSizeBytes, 136_365_211_648);
    assert.deepEqual(codes(disk), ["vhd.sizes"]);
    assert.equal(disk.details["chsSizeBytes"], 136_363_130_880);
    assert.equal(disk.details["creator"], creator.trim());
  }
});

test("a geometry that cannot count further is not told as another size", async () => {
  await using disk = await openBuilt({ type: "dynamic", sizeBytes: 500 * GIB, blockBytes: 2 * MIB });
  assert.deepEqual(disk.warnings, []);
});

test("R-071: a disk of 2 GiB that qemu-img made larger is as large as it says, and the warning says why and what it needs", async () => {
  // 2 GiB written by qemu-img without force_size: 4161 cylinders of 16 heads and 63 sectors.
  const recipe = { type: "dynamic", sizeBytes: 2_147_991_552, geometry: [4162, 16, 63], creator: "qemu" } as const;
  await using disk = await openBuilt({ ...recipe, blockBytes: 2 * MIB });
  assert.equal(disk.virtualSizeBytes, 2_147_991_552);
  assert.deepEqual(codes(disk), ["vhd.roundedSize"]);
  assert.match(disk.warnings[0]?.message ?? "", /2147991552 bytes.*rounds sizes up.*needs a system disk of 3 GiB/s);
});

test("a fixed disk whose file ends with its geometry has the size of its geometry", async () => {
  const sizeBytes = 4 * MIB;
  const recipe = { type: "fixed", sizeBytes, geometry: [120, 4, 17], content: Buffer.alloc(4_177_920, 4) } as const;
  await using disk = await openBuilt(recipe);
  assert.equal(disk.virtualSizeBytes, 4_177_920);
  assert.deepEqual(codes(disk), ["vhd.geometryUsed"]);
  assert.equal((await disk.read(4_177_919, 1))[0], 4);
});

test("bytes between the end of a fixed disk and its footer are left out and told", async () => {
  await using disk = await openBuilt({ type: "fixed", sizeBytes: MIB, content: Buffer.alloc(MIB + 4096) });
  assert.equal(disk.virtualSizeBytes, MIB);
  assert.deepEqual(codes(disk), ["vhd.trailingBytes"]);
});

test("a size that is not whole sectors is rounded up and told, and a saved state is told", async () => {
  await using disk = await openBuilt({ type: "dynamic", sizeBytes: 1000, isSavedState: true });
  assert.equal(disk.virtualSizeBytes, 1024);
  assert.deepEqual(codes(disk), ["disk.sizeRounded", "vhd.savedState"]);
});

test("the geometry never counts more than the disk has, and of large disks all it can", () => {
  for (const sizeBytes of [512, MIB, 504 * MIB - 512, 504 * MIB, GIB, 8 * GIB, 31 * GIB, 32 * GIB, 127 * GIB, 2040 * GIB]) {
    const geometry = geometryOf(sizeBytes);
    assert.ok(geometryBytes(geometry) <= sizeBytes, `${sizeBytes}`);
    assert.ok(geometry.cylinders <= 65_535 && geometry.heads <= 16 && geometry.sectors <= 255);
  }
  assert.deepEqual(geometryOf(2 * GIB), { cylinders: 4161, heads: 16, sectors: 63 });
  assert.deepEqual(geometryOf(4 * MIB), { cylinders: 120, heads: 4, sectors: 17 });
  assert.deepEqual(geometryOf(2040 * GIB), { cylinders: 65_535, heads: 16, sectors: 255 });
});
