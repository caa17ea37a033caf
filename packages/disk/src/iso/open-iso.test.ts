import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource } from "../core/byte-source.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { testRefusals } from "../mapped/testing/refusal-suite.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openIso } from "./open-iso.ts";
import { buildIso, isoPlaces } from "./testing/build-iso.ts";
import type { IsoRecipe } from "./testing/build-iso.ts";

const BLOCK = 2048;

const open = (recipe: IsoRecipe): Promise<VirtualDisk> => openIso(new MemorySource(buildIso(recipe)));
const detail = async (recipe: IsoRecipe, name: string): Promise<unknown> => (await open(recipe)).details[name];
const warningCodes = (disk: VirtualDisk): string[] => disk.warnings.map(({ code }) => code);

test("R-250: a disc is opened as the bytes it is, of the file's size, with its ids", async () => {
  const file = buildIso({ volumeId: "Debian 12 amd64", systemId: "LINUX" });
  await using disk = await openIso(new MemorySource(file));
  assert.equal(disk.format, "iso");
  assert.equal(disk.virtualSizeBytes, file.length);
  assert.ok(file.equals(await disk.read(0, file.length)));
  const target = Buffer.alloc(100);
  await disk.readInto?.(target, 16 * BLOCK);
  assert.deepEqual(target, file.subarray(16 * BLOCK, 16 * BLOCK + 100));
  assert.deepEqual(await listExtents(disk), [{ offset: 0, length: file.length, kind: "data" }]);
  assert.deepEqual(disk.warnings, []);
  assert.deepEqual(disk.details, {
    volumeId: "Debian 12 amd64",
    systemId: "LINUX",
    boot: "none",
    iso9660: true,
    joliet: false,
    udf: false,
    partitionTable: "none",
    volumeSizeBytes: file.length,
    fileSizeBytes: file.length,
  });
});

const boots: readonly { readonly title: string; readonly boot: string; readonly recipe: IsoRecipe }[] = [
  { title: "a first entry for BIOS", boot: "bios", recipe: { boot: { firstPlatform: 0, isBootable: true } } },
  { title: "a first entry for UEFI", boot: "uefi", recipe: { boot: { firstPlatform: 0xef, isBootable: true } } },
  { title: "a first entry that is not bootable", boot: "none", recipe: { boot: { firstPlatform: 0, isBootable: false } } },
  { title: "a first entry for a Mac", boot: "none", recipe: { boot: { firstPlatform: 2, isBootable: true } } },
  {
    title: "BIOS first and a section for UEFI",
    boot: "bios+uefi",
    recipe: { boot: { firstPlatform: 0, isBootable: true, sections: [{ platform: 0xef, entries: [{ isBootable: true }] }] } },
  },
  {
    title: "a last section for UEFI behind extensions and entries that are not bootable",
    boot: "bios+uefi",
    recipe: {
      boot: {
        firstPlatform: 0,
        isBootable: true,
        sections: [
          { platform: 2, entries: [{ isBootable: true, extensions: 2 }, { isBootable: false }] },
          { platform: 0xef, entries: [{ isBootable: false }, { isBootable: true }] },
        ],
      },
    },
  },
  {
    title: "a section for UEFI that is not bootable",
    boot: "bios",
    recipe: { boot: { firstPlatform: 0, isBootable: true, sections: [{ platform: 0xef, entries: [{ isBootable: false }] }] } },
  },
  { title: "an EFI partition in an MBR", boot: "uefi", recipe: { efiPartition: "mbr" } },
  { title: "an EFI partition in a GPT", boot: "uefi", recipe: { efiPartition: "gpt" } },
];

for (const { title, boot, recipe } of boots) {
  test(`R-250: a disc with ${title} boots: ${boot}`, async () => {
    assert.equal(await detail(recipe, "boot"), boot);
  });
}

test("a partition table is noted", async () => {
  assert.equal(await detail({ efiPartition: "mbr" }, "partitionTable"), "mbr");
  assert.equal(await detail({ efiPartition: "gpt" }, "partitionTable"), "gpt");
});

test("a GPT that leads nowhere has no EFI partition", async () => {
  for (const [offset, value] of [
    [512 + 72, 0xffff_ffff],
    [512 + 84, 64],
    [512 + 84, 0xffff_ffff],
  ] as const) {
    const file = buildIso({ efiPartition: "gpt" });
    file.writeUInt32LE(value, offset);
    assert.equal((await openIso(new MemorySource(file))).details["boot"], "none");
  }
});

test("a boot catalog whose check fails counts for nothing, and is told", async () => {
  const file = buildIso({ boot: { firstPlatform: 0, isBootable: true } });
  file.writeUInt8(7, isoPlaces.catalog * BLOCK + 5);
  const disk = await openIso(new MemorySource(file));
  assert.equal(disk.details["boot"], "none");
  assert.deepEqual(warningCodes(disk), ["iso.bootCatalog"]);
});

test("a catalog that claims more entries than it has room for is read as far as it goes", async () => {
  const file = buildIso({ boot: { firstPlatform: 0, isBootable: true, sections: [{ platform: 0xef, entries: [{ isBootable: false }] }] } });
  file.writeUInt16LE(0xffff, isoPlaces.catalog * BLOCK + 66);
  assert.equal((await openIso(new MemorySource(file))).details["boot"], "bios");
});

test("Joliet and UDF are noted, beside ISO 9660 and alone", async () => {
  assert.equal(await detail({ hasJoliet: true }, "joliet"), true);
  const bridge = await open({ udfName: "CCCOMA_X64FRE" });
  assert.deepEqual(
    [bridge.details["udf"], bridge.details["volumeId"], bridge.details["udfVolumeId"]],
    [true, "TEST DISC", "CCCOMA_X64FRE"],
  );
  for (const udfName of ["plain", "größe", "中文卷标"]) {
    const { details, warnings } = await open({ udfName, hasIso9660: false });
    assert.deepEqual([details["iso9660"], details["udf"], details["volumeId"], details["volumeSizeBytes"]], [false, true, udfName, 0]);
    assert.deepEqual(warnings, []);
  }
});

test("a UDF name is found by the anchor at the end, and its absence is no reason to refuse the disc", async () => {
  const file = buildIso({ udfName: "moved", hasIso9660: false });
  file.copyWithin(file.length - BLOCK, isoPlaces.anchor * BLOCK, (isoPlaces.anchor + 1) * BLOCK);
  file.fill(0, isoPlaces.anchor * BLOCK, (isoPlaces.anchor + 1) * BLOCK);
  assert.equal((await openIso(new MemorySource(file))).details["volumeId"], "moved");
  assert.equal(await detail({ hasBareUdf: true, hasIso9660: false }, "volumeId"), "");
  const astray = buildIso({ udfName: "astray", hasIso9660: false });
  astray.writeUInt32LE(0xffff_fff0, isoPlaces.volumeSequence * BLOCK);
  assert.equal((await openIso(new MemorySource(astray))).details["volumeId"], "astray", "only the name's own descriptor matters");
  astray.writeUInt32LE(0xffff_fff0, isoPlaces.anchor * BLOCK + 20);
  assert.equal((await openIso(new MemorySource(astray))).details["volumeId"], "");
});

test("R-250: a volume that is shorter than the file, as on hybrid discs, is told, and the file's size is the disk's", async () => {
  const disk = await open({ volumeBlocks: 100 });
  assert.equal(disk.virtualSizeBytes, 264 * BLOCK);
  assert.deepEqual(warningCodes(disk), ["iso.fileLonger"]);
  assert.equal(disk.details["volumeSizeBytes"], 100 * BLOCK);
});

test("a volume that is longer than the file is told", async () => {
  assert.deepEqual(warningCodes(await open({ volumeBlocks: 300 })), ["iso.fileShorter"]);
});

test("ids that cannot be shown are made readable", async () => {
  assert.equal(await detail({ volumeId: "A\x1b[31mB\0\0" }, "volumeId"), "A?[31mB");
});

const changed = (offset: number, value: number, width: 2 | 4): Buffer => {
  const file = buildIso({ boot: { firstPlatform: 0, isBootable: true } });
  file.writeUIntLE(value, offset, width);
  return file;
};

testRefusals("R-250: a disc", (source: ByteSource) => openIso(source), [
  { title: "no bytes", code: "disk.truncated", message: /empty/, make: () => Buffer.alloc(0) },
  {
    title: "no room for a descriptor",
    code: "disk.truncated",
    message: /2048 bytes at 32768, and the file ends at 34815/,
    make: () => buildIso().subarray(0, 34_815),
  },
  { title: "no descriptors", code: "disk.corrupt", message: /neither a primary volume descriptor/, make: () => Buffer.alloc(100_000) },
  {
    title: "blocks of 512 bytes",
    code: "disk.unsupported",
    message: /blocks of 512 bytes \(at 128/,
    make: () => changed(16 * BLOCK + 128, 512, 2),
  },
  {
    title: "a root directory behind the end",
    code: "disk.truncated",
    message: /root directory .* 2048 bytes at 204800000/,
    make: () => changed(16 * BLOCK + 158, 100_000, 4),
  },
  {
    title: "a root directory that the end cuts off",
    code: "disk.truncated",
    message: /root directory .* 4294967295 bytes/,
    make: () => changed(16 * BLOCK + 166, 0xffff_ffff, 4),
  },
  {
    title: "a boot catalog behind the end",
    code: "disk.truncated",
    message: /names a catalog at 204800000/,
    make: () => changed(17 * BLOCK + 0x47, 100_000, 4),
  },
]);

test("a disc over the ceiling is refused", async () => {
  await assert.rejects(openIso(new MemorySource(buildIso()), { maxVirtualSizeBytes: 1000 }), { code: "disk.limit" });
});
