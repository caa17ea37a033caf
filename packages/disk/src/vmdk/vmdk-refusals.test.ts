import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateSync } from "node:zlib";
import type { DiskErrorCode } from "../core/disk-error.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVmdk } from "./open-vmdk.ts";
import { buildCowd, buildVmdk, descriptorOf } from "./testing/build-vmdk.ts";
import type { BuiltVmdk, GrainContent, VmdkRecipe } from "./testing/build-vmdk.ts";

const GRAIN = 8192;
const grain = (value: number): GrainContent => ({ kind: "data", bytes: Buffer.alloc(GRAIN, value) });

/** A sound image over three grain tables, that each case breaks in one place. */
const sound: VmdkRecipe = {
  sizeBytes: 1500 * GRAIN,
  grains: new Map([
    [0, grain(1)],
    [1, grain(2)],
    [600, grain(3)],
    [1400, grain(4)],
  ]),
};
const stream: VmdkRecipe = { ...sound, isCompressed: true, version: 3 };
const footer: VmdkRecipe = { ...stream, directory: "footer" };

interface RefusalCase {
  readonly title: string;
  readonly code: DiskErrorCode;
  readonly message: RegExp;
  readonly recipe?: Partial<VmdkRecipe>;
  break?(image: BuiltVmdk): void | Uint8Array;
}

const u16 =
  (offset: number, value: number): NonNullable<RefusalCase["break"]> =>
  ({ file }) =>
    void file.writeUInt16LE(value, offset);
const u32 =
  (offset: number, value: number): NonNullable<RefusalCase["break"]> =>
  ({ file }) =>
    void file.writeUInt32LE(value, offset);
const u64 =
  (offset: number, value: bigint): NonNullable<RefusalCase["break"]> =>
  ({ file }) =>
    void file.writeBigUInt64LE(value, offset);

const inside = (extents: readonly string[], more: readonly string[] = [], createType = "monolithicSparse"): { descriptor: string } => ({
  descriptor: descriptorOf(createType, extents, more),
});
const own = 'RW 24000 SPARSE "disk.vmdk"';

const atOpening: readonly RefusalCase[] = [
  { title: "less than a header", code: "disk.truncated", message: /header has 512/, break: ({ file }) => file.subarray(0, 100) },
  { title: "changed line ends", code: "disk.corrupt", message: /line ends at 73/, break: u32(73, 0x0a0a_0d0a) },
  { title: "version 0", code: "disk.unsupported", message: /version 0/, break: u32(4, 0) },
  { title: "version 4", code: "disk.unsupported", message: /version 4/, break: u32(4, 4) },
  { title: "no capacity", code: "disk.corrupt", message: /capacity at 12 is 0/, break: u64(12, 0n) },
  { title: "a capacity of 2^63 sectors", code: "disk.limit", message: /at most/, break: u64(12, 1n << 63n) },
  { title: "no grain size", code: "disk.corrupt", message: /grain size at 20 is 0/, break: u64(20, 0n) },
  { title: "a grain size that is no power of two", code: "disk.corrupt", message: /grain size at 20 is 24/, break: u64(20, 24n) },
  { title: "grains of 2 GiB", code: "disk.corrupt", message: /grain size at 20/, break: u64(20, 1n << 22n) },
  { title: "compressed grains of 4 MiB", code: "disk.limit", message: /compressed grains/, recipe: stream, break: u64(20, 8192n) },
  { title: "no table entries", code: "disk.corrupt", message: /at 44 are 0/, break: u32(44, 0) },
  { title: "513 table entries", code: "disk.corrupt", message: /at 44 are 513/, break: u32(44, 513) },
  {
    title: "a directory of too many entries",
    code: "disk.limit",
    message: /grain directory of \d+ entries/,
    recipe: { grainSectors: 1, tableEntries: 1, grains: new Map() },
    break: u64(12, 1n << 30n),
  },
  { title: "a descriptor over 1 MiB", code: "disk.limit", message: /descriptor of 4096 sectors at 36/, break: u64(36, 4096n) },
  { title: "a descriptor behind the end", code: "disk.truncated", message: /descriptor at sector 99999/, break: u64(28, 99_999n) },
  { title: "an unknown compression", code: "disk.unsupported", message: /method 2 at 77/, recipe: stream, break: u16(77, 2) },
  { title: "a directory inside the header", code: "disk.corrupt", message: /directory lies at sector 0/, break: u64(56, 0n) },
  { title: "a directory behind the end", code: "disk.truncated", message: /grain directory of 3 entries/, break: u64(56, 1n << 40n) },
  {
    title: "tables that share their bytes",
    code: "disk.corrupt",
    message: /share the table/,
    break: ({ file, directoryOffset: at }) => void file.copyWithin(at + 4, at, at + 4),
  },
  {
    title: "a table behind the end",
    code: "disk.truncated",
    message: /names a table at sector/,
    break: ({ file, directoryOffset }) => void file.writeUInt32LE(0xffff_fff0, directoryOffset),
  },
  {
    title: "a directory at the end of a file that is no stream",
    code: "disk.corrupt",
    message: /no footer/,
    break: u64(56, (1n << 64n) - 1n),
  },
  {
    title: "a footer that disagrees with the header",
    code: "disk.corrupt",
    message: /footer at \d+ says capacityBytes/,
    recipe: footer,
    break: ({ file }) => void file.writeBigUInt64LE(99n, file.length - 1024 + 12),
  },
  {
    title: "a stream that was cut off",
    code: "disk.truncated",
    message: /no mark of its end/,
    recipe: footer,
    break: ({ file }) => file.subarray(0, file.length - 3072),
  },
  {
    title: "an unknown marker in a stream without directory",
    code: "disk.corrupt",
    message: /unknown type 9/,
    recipe: { ...stream, directory: "none" },
    break: ({ file }) => void file.writeUInt32LE(9, file.length - 512 + 12),
  },
  {
    title: "a stream without directory that names a grain twice",
    code: "disk.corrupt",
    message: /which another grain has named/,
    recipe: { ...stream, directory: "none" },
    break: ({ file, grainOffsets }) => void file.writeBigUInt64LE(0n, grainOffsets.get(600) ?? 0),
  },
  {
    title: "a part of a set without its descriptor",
    code: "disk.unsupported",
    message: /one of several files/,
    recipe: { descriptor: null },
  },
  {
    title: "a parent",
    code: "disk.unsafe",
    message: /its parent/,
    break: ({ file }) => void file.write("12345678", file.indexOf("ffffffff")),
  },
  { title: "the name of a parent", code: "disk.unsafe", message: /its parent/, recipe: inside([own], ['parentFileNameHint="base.vmdk"']) },
  { title: "encryption", code: "disk.unsafe", message: /encrypted/, recipe: inside([own], ['encryption.keySafe = "vmware:key/list"']) },
  {
    title: "two states of createType",
    code: "disk.corrupt",
    message: /createType a second time/,
    recipe: inside([own], ['createType="vmfs"']),
  },
  { title: "an unknown kind", code: "disk.unsupported", message: /"vmfs2"/, recipe: inside([own], [], "vmfs2") },
  { title: "no extent", code: "disk.corrupt", message: /names no extents/, recipe: inside([]) },
  { title: "an extent that cannot be read", code: "disk.corrupt", message: /line 7 of its descriptor/, recipe: inside(["RW many SPARSE"]) },
];

function brokenFile({ recipe, break: breaker }: RefusalCase): Uint8Array {
  const image = buildVmdk({ ...sound, ...recipe });
  return breaker?.(image) ?? image.file;
}

for (const refusal of atOpening) {
  test(`a VMDK with ${refusal.title} is refused when it is opened`, async () => {
    const { code, message } = refusal;
    await assert.rejects(openVmdk(new MemorySource(brokenFile(refusal))), { name: "DiskError", code, message });
  });
}

const atReading: readonly RefusalCase[] = [
  {
    title: "a grain behind the end",
    code: "disk.truncated",
    message: /entry 88 of its grain table 1 names data at/,
    break: ({ file, entryOffset }) => void file.writeUInt32LE(0xffff_fff0, entryOffset(600)),
  },
  {
    title: "a grain in the header",
    code: "disk.corrupt",
    message: /names sector 1/,
    break: ({ file, entryOffset }) => {
      file.writeUInt32LE(1, entryOffset(600));
      file.writeUInt32LE(1, 8);
    },
  },
  {
    title: "the marker of another grain",
    code: "disk.corrupt",
    message: /marker names sector 16, and its table sector 0/,
    recipe: stream,
    break: ({ file, entryOffset }) => void file.copyWithin(entryOffset(0), entryOffset(1), entryOffset(1) + 4),
  },
  {
    title: "a marker of a grain that is too long",
    code: "disk.corrupt",
    message: /announces 16385 bytes/,
    recipe: stream,
    break: ({ file, grainOffsets }) => void file.writeUInt32LE(2 * GRAIN + 1, (grainOffsets.get(0) ?? 0) + 8),
  },
  {
    title: "a marker that goes over the end",
    code: "disk.truncated",
    message: /announces 16000 bytes, and the file ends/,
    recipe: stream,
    break: ({ file, grainOffsets }) => void file.writeUInt32LE(16_000, (grainOffsets.get(0) ?? 0) + 8),
  },
  {
    title: "a grain that does not decompress",
    code: "disk.corrupt",
    message: /does not decompress/,
    recipe: stream,
    break: ({ file, grainOffsets }) => void file.fill(0xff, (grainOffsets.get(0) ?? 0) + 12, (grainOffsets.get(0) ?? 0) + 20),
  },
  {
    title: "a grain that decompresses to more than a grain, a bomb",
    code: "disk.corrupt",
    message: /more than the 8192 bytes of a grain/,
    recipe: stream,
    break: ({ file, grainOffsets }) => {
      const bomb = deflateSync(Buffer.alloc(40 * GRAIN));
      file.writeUInt32LE(bomb.length, (grainOffsets.get(0) ?? 0) + 8);
      bomb.copy(file, (grainOffsets.get(0) ?? 0) + 12);
    },
  },
  {
    title: "a grain that decompresses to less than a grain",
    code: "disk.corrupt",
    message: /decompresses to 100 bytes/,
    recipe: { ...stream, grains: new Map([[0, { kind: "data", bytes: Buffer.alloc(100, 1) }]]) },
  },
];

for (const refusal of atReading) {
  test(`a VMDK with ${refusal.title} is refused where it is read`, async () => {
    const { code, message } = refusal;
    await using disk = await openVmdk(new MemorySource(brokenFile(refusal)));
    await assert.rejects(disk.read(0, 1000 * GRAIN), { name: "DiskError", code, message });
  });
}

test("many entries that share one grain, a bomb, are refused when the extents are listed", async () => {
  for (const recipe of [sound, stream]) {
    const image = buildVmdk(recipe);
    const entry = image.file.readUInt32LE(image.entryOffset(0));
    for (let number = 0; number < 512; number += 1) {
      image.file.writeUInt32LE(entry, image.entryOffset(0) + number * 4);
    }
    await using disk = await openVmdk(new MemorySource(image.file));
    await assert.rejects(listExtents(disk), { code: "disk.corrupt", message: /stored bytes or more/ });
  }
});

/** Files that every case is given, so that nothing but the refusal keeps them from being read. */
const related = ["passwd", "PhysicalDrive0", "disk.vmdk", "x-flat.vmdk"].map((name) => ({
  name,
  source: new MemorySource(Buffer.alloc(4096)),
}));

for (const name of [
  "/etc/passwd",
  "../../etc/passwd",
  "sub/disk.vmdk",
  "C:\\\\secret",
  "\\\\.\\PhysicalDrive0",
  "/dev/sda",
  "..",
  "a\tb",
]) {
  test(`R-243, CVE-2022-47951: an extent that names ${JSON.stringify(name)} is refused, in a descriptor and inside a sparse file`, async () => {
    const text = descriptorOf("monolithicFlat", [`RW 8 FLAT "${name}" 0`]);
    await assert.rejects(openVmdk(new MemorySource(Buffer.from(text)), { related }), {
      code: "disk.unsafe",
      message: /by a path or a device/,
    });
    const { file } = buildVmdk({ ...sound, ...inside([`RW 24000 SPARSE "${name}"`]) });
    await assert.rejects(openVmdk(new MemorySource(file), { related }), { code: "disk.unsafe", message: /by a path or a device/ });
  });
}

test("R-243, CVE-2022-47951: a sparse file that names other files for its content is refused", async () => {
  for (const extents of [['RW 8 FLAT "x-flat.vmdk" 0'], [own, 'RW 8 FLAT "x-flat.vmdk" 0'], [own, own], ["RW 8 ZERO"]]) {
    const { file } = buildVmdk({ ...sound, ...inside(extents) });
    await assert.rejects(openVmdk(new MemorySource(file), { related }), { code: "disk.unsafe", message: /names other files/ });
  }
});

const descriptorCases: readonly (readonly [title: string, createType: string, line: string, code: DiskErrorCode, message: RegExp])[] = [
  [
    "R-243: a file that was not given",
    "vmfs",
    'RW 8 VMFS "absent-flat.vmdk"',
    "disk.unsupported",
    /"absent-flat.vmdk", which was not given/,
  ],
  ["R-243: a file shorter than its extent", "vmfs", 'RW 9 VMFS "x-flat.vmdk"', "disk.truncated", /takes 4608 from 0/],
  ["R-243: an extent of 2^53 sectors", "vmfs", `RW ${2 ** 53 - 1} VMFS "x-flat.vmdk"`, "disk.limit", /at most/],
  ["a whole device", "fullDevice", 'RW 8 FLAT "x-flat.vmdk" 0', "disk.unsafe", /names a device/],
  ["partitions of a device", "partitionedDevice", 'RW 8 FLAT "x-flat.vmdk" 0', "disk.unsafe", /names a device/],
  ["a raw device of ESXi", "vmfs", 'RW 8 VMFSRDM "x-flat.vmdk"', "disk.unsafe", /names a device/],
  ["seSparse", "custom", 'RW 8 SESPARSE "x-flat.vmdk"', "disk.unsupported", /seSparse/],
  ["no access", "vmfs", 'NOACCESS 8 VMFS "x-flat.vmdk"', "disk.unsupported", /not accessible/],
  ["an unknown kind of extent", "custom", 'RW 8 MAGIC "x-flat.vmdk"', "disk.unsupported", /MAGIC/],
  ["a sparse extent that is none", "custom", 'RW 8 SPARSE "x-flat.vmdk"', "disk.corrupt", /"KDMV" at 0/],
];

for (const [title, createType, line, code, message] of descriptorCases) {
  test(`${title}, named by a descriptor, is refused`, async () => {
    await assert.rejects(openVmdk(new MemorySource(Buffer.from(descriptorOf(createType, [line]))), { related }), { code, message });
  });
}

test("a sparse part of another size than the descriptor says is refused", async () => {
  const part = { name: "a", source: new MemorySource(buildVmdk({ ...sound, descriptor: null }).file) };
  const text = descriptorOf("twoGbMaxExtentSparse", ['RW 8 SPARSE "a"']);
  await assert.rejects(openVmdk(new MemorySource(Buffer.from(text)), { related: [part] }), {
    code: "disk.corrupt",
    message: /the descriptor says 4096/,
  });
});

test("a file that is named so often that its bytes would count twice is refused, and one in pieces is not", async () => {
  const sparse = { name: "a", source: new MemorySource(buildVmdk({ ...sound, descriptor: null }).file) };
  const open = (lines: readonly string[]): ReturnType<typeof openVmdk> =>
    openVmdk(new MemorySource(Buffer.from(descriptorOf("custom", lines))), { related: [...related, sparse] });
  const line = `RW ${1500 * 16} SPARSE "a"`;
  const twice = { code: "disk.corrupt", message: /takes more of "[^"]*" than the \d+ bytes/ };
  await assert.rejects(open([line, line]), twice);
  await assert.rejects(open(['RW 5 FLAT "disk.vmdk" 0', 'RW 5 FLAT "disk.vmdk" 0']), twice);
  const pieces = await open(['RW 3 FLAT "disk.vmdk" 5', 'RW 5 FLAT "disk.vmdk" 0']);
  assert.equal(pieces.virtualSizeBytes, 4096);
});

test("seSparse is refused by name", async () => {
  const file = Buffer.alloc(4096);
  file.writeBigUInt64LE(0xcafe_baben, 0);
  await assert.rejects(openVmdk(new MemorySource(file)), { code: "disk.unsupported", message: /seSparse/ });
});

test("a COWD file of a snapshot, of another version, without capacity or with too small a directory is refused", async () => {
  const cowd = { sizeBytes: 40_000 * GRAIN, grains: new Map<number, GrainContent>() };
  await assert.rejects(openVmdk(new MemorySource(buildCowd({ ...cowd, flags: 2 }))), { code: "disk.unsafe", message: /parent/ });
  for (const [offset, value, code] of [
    [4, 2, "disk.unsupported"],
    [12, 0, "disk.corrupt"],
    [16, 3, "disk.corrupt"],
    [24, 1, "disk.corrupt"],
    [20, 99_999, "disk.truncated"],
  ] as const) {
    const file = buildCowd(cowd);
    file.writeUInt32LE(value, offset);
    await assert.rejects(openVmdk(new MemorySource(file)), { code }, `${value} at ${offset}`);
  }
});
