import assert from "node:assert/strict";
import { test } from "node:test";
import { isDiskError } from "../core/disk-error.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openVhd } from "./open-vhd.ts";
import type { OpenVhdOptions } from "./open-vhd.ts";
import { buildVhd, sealVhd } from "./testing/build-vhd.ts";
import type { BuiltVhd, VhdRecipe } from "./testing/build-vhd.ts";

const BLOCK = 512 * 1024;
const TWO_BLOCKS: VhdRecipe = {
  type: "dynamic",
  sizeBytes: 4 * BLOCK,
  blocks: new Map([
    [0, { bytes: Buffer.alloc(BLOCK, 1) }],
    [2, { bytes: Buffer.alloc(BLOCK, 2) }],
  ]),
};
const FIXED: VhdRecipe = { type: "fixed", sizeBytes: BLOCK };

/** Changes both footers of a dynamic disk, or the one of a fixed disk. */
const inFooters =
  (change: (footer: Buffer) => void) =>
  ({ file, footerOffset, headerOffset }: BuiltVhd): void => {
    change(file.subarray(footerOffset));
    if (headerOffset > 0) {
      change(file.subarray(0, 512));
    }
  };

interface Refusal {
  readonly name: string;
  readonly recipe: VhdRecipe;
  /** Breaks the image, and answers the file when it is another one. Sums are made right again unless `isUnsealed`. */
  readonly spoil?: (image: BuiltVhd) => Buffer | void;
  readonly isUnsealed?: boolean;
  readonly options?: () => OpenVhdOptions;
  readonly code: string;
  readonly message: RegExp;
}

const refusals: readonly Refusal[] = [
  { name: "an empty file", recipe: FIXED, spoil: () => Buffer.alloc(0), code: "disk.truncated", message: /empty/ },
  { name: "a file without a footer", recipe: FIXED, spoil: () => Buffer.alloc(4096), code: "disk.truncated", message: /no VHD footer/ },
  { name: "a file of a few bytes", recipe: FIXED, spoil: () => Buffer.from("conectix"), code: "disk.truncated", message: /no VHD footer/ },
  {
    name: "a fixed disk whose footer has a wrong checksum",
    recipe: FIXED,
    spoil: inFooters((footer) => footer.writeUInt8(9, 100)),
    isUnsealed: true,
    code: "disk.corrupt",
    message: new RegExp(`checksum at ${BLOCK + 64}, 0x`),
  },
  {
    name: "a dynamic disk whose footers both have a wrong checksum",
    recipe: TWO_BLOCKS,
    spoil: inFooters((footer) => footer.writeUInt8(9, 100)),
    isUnsealed: true,
    code: "disk.corrupt",
    message: /checksum at 64, .*checksum at \d{7}, /,
  },
  {
    name: "an unknown version",
    recipe: FIXED,
    spoil: inFooters((footer) => footer.writeUInt32BE(0x20000, 12)),
    code: "disk.unsupported",
    message: /version 0x20000/,
  },
  {
    name: "an unknown type",
    recipe: FIXED,
    spoil: inFooters((footer) => footer.writeUInt32BE(5, 60)),
    code: "disk.unsupported",
    message: /type 5 at 60/,
  },
  {
    name: "a disk without a size",
    recipe: TWO_BLOCKS,
    spoil: inFooters((footer) => footer.fill(0, 48, 56)),
    code: "disk.corrupt",
    message: /current_size at 48 is 0/,
  },
  {
    name: "a size over 2040 GiB",
    recipe: TWO_BLOCKS,
    spoil: inFooters((footer) => footer.writeBigUInt64BE(2040n * 2n ** 30n + 512n, 48)),
    code: "disk.limit",
    message: /2040 GiB/,
  },
  {
    name: "a size of 2^63",
    recipe: FIXED,
    spoil: inFooters((footer) => footer.writeBigUInt64BE(2n ** 63n, 48)),
    code: "disk.limit",
    message: /2040 GiB/,
  },
  {
    name: "a size over the caller's ceiling",
    recipe: FIXED,
    options: () => ({ maxVirtualSizeBytes: 1000 }),
    code: "disk.limit",
    message: /at most 1000/,
  },
  {
    name: "a fixed disk that is cut off in front of its footer",
    recipe: { ...FIXED, geometry: [65_535, 16, 255], content: Buffer.alloc(BLOCK - 512) },
    code: "disk.truncated",
    message: /claims 524288 bytes .* has 523776/,
  },
  {
    name: "two footers that contradict each other",
    recipe: TWO_BLOCKS,
    spoil: ({ file, footerOffset }) => void file.writeUInt8(0x77, footerOffset + 70),
    code: "disk.corrupt",
    message: /contradict each other: uniqueId/,
  },
  {
    name: "a fixed disk whose guest wrote the footer of a dynamic one into its first sector",
    recipe: { ...FIXED, content: Buffer.concat([buildVhd(TWO_BLOCKS).file.subarray(0, 2048), Buffer.alloc(BLOCK - 2048)]) },
    code: "disk.ambiguous",
    message: /last sector says fixed.* at 0 says dynamic/,
  },
  {
    name: "a header behind the file's end",
    recipe: TWO_BLOCKS,
    spoil: inFooters((footer) => footer.writeBigUInt64BE(2n ** 40n, 16)),
    code: "disk.truncated",
    message: /header is to be at 1099511627776/,
  },
  {
    name: "a header in the footer",
    recipe: TWO_BLOCKS,
    spoil: inFooters((footer) => footer.writeBigUInt64BE(0n, 16)),
    code: "disk.corrupt",
    message: /data_offset at 16/,
  },
  {
    name: "a header that is none",
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.write("nonsense", headerOffset),
    code: "disk.corrupt",
    message: /no "cxsparse" header at 512/,
  },
  {
    name: "a header with a wrong checksum",
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.writeUInt8(1, headerOffset + 900),
    isUnsealed: true,
    code: "disk.corrupt",
    message: /checksum at 548/,
  },
  {
    name: "a header of an unknown version",
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.writeUInt32BE(0x10001, headerOffset + 24),
    code: "disk.unsupported",
    message: /0x10001/,
  },
  ...[0, 511, 256 * 1024, 3 * BLOCK, 512 * 1024 * 1024].map((bytes): Refusal => ({
    name: `blocks of ${bytes} bytes`,
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.writeUInt32BE(bytes, headerOffset + 32),
    code: "disk.corrupt",
    message: /block size at 544/,
  })),
  {
    name: "a block table with too few entries",
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.writeUInt32BE(3, headerOffset + 28),
    code: "disk.corrupt",
    message: /3 entries at 540, room for 1572864 bytes, and the disk has 2097152/,
  },
  {
    name: "a block table over 16 MiB",
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.writeUInt32BE(0xffff_ffff, headerOffset + 28),
    code: "disk.limit",
    message: /4294967295 entries/,
  },
  {
    name: "a block table inside the header",
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.writeBigUInt64BE(1024n, headerOffset + 16),
    code: "disk.corrupt",
    message: /block table at 1024 .*overlaps/,
  },
  {
    name: "a block table behind the file's end",
    recipe: TWO_BLOCKS,
    spoil: ({ file, headerOffset }) => void file.writeBigUInt64BE(2n ** 41n, headerOffset + 16),
    code: "disk.truncated",
    message: /block table of the VHD at 2199023255552/,
  },
  {
    name: "a block behind the file's end",
    recipe: TWO_BLOCKS,
    spoil: ({ file, tableOffset }) => void file.writeUInt32BE(0xffff_fffe, tableOffset + 4),
    code: "disk.truncated",
    message: /Entry 1 .* names bytes up to/,
  },
  {
    name: "a file that is cut off in a block",
    recipe: TWO_BLOCKS,
    spoil: ({ file }) => file.subarray(0, file.length - 100_000),
    isUnsealed: true,
    code: "disk.truncated",
    message: /Entry 2 /,
  },
  {
    name: "a block in the footer's copy",
    recipe: TWO_BLOCKS,
    spoil: ({ file, tableOffset }) => void file.writeUInt32BE(0, tableOffset + 4),
    code: "disk.corrupt",
    message: /entry 1 of its block table names 0, inside the footer's copy/,
  },
  {
    name: "a block in the block table",
    recipe: TWO_BLOCKS,
    spoil: ({ file, tableOffset }) => void file.writeUInt32BE(tableOffset / 512, tableOffset + 4),
    code: "disk.corrupt",
    message: /inside the block table/,
  },
  {
    name: "two entries that share a block",
    recipe: TWO_BLOCKS,
    spoil: ({ file, tableOffset }) => void file.copyWithin(tableOffset + 4, tableOffset, tableOffset + 4),
    code: "disk.corrupt",
    message: /two blocks share the bytes at 2048/,
  },
  {
    name: "two blocks that overlap by a sector",
    recipe: TWO_BLOCKS,
    spoil: ({ file, tableOffset }) => void file.writeUInt32BE(file.readUInt32BE(tableOffset) + BLOCK / 512, tableOffset + 4),
    code: "disk.corrupt",
    message: /two blocks share/,
  },
  {
    name: "R-244: a differencing disk without its parent",
    recipe: { type: "differencing", sizeBytes: BLOCK, parentName: "\\\\server\\share$\\base image.vhd" },
    code: "disk.unsafe",
    message: /differencing disk.* parent "base image.vhd" \(id 22222222-2222-2222-2222-222222222222\)/,
  },
  {
    name: "a parent that is no VHD",
    recipe: { type: "differencing", sizeBytes: BLOCK },
    options: () => ({ parent: new TestDisk(BLOCK, []) }),
    code: "disk.unsafe",
    message: /a raw disk was given as parent/,
  },
  {
    name: "a parent that is not needed",
    recipe: TWO_BLOCKS,
    options: () => ({ parent: new TestDisk(BLOCK, []) }),
    code: "disk.unsafe",
    message: /stands on its own/,
  },
];

for (const { name, recipe, spoil, isUnsealed, options, code, message } of refusals) {
  test(`${name} is refused`, async () => {
    const image = buildVhd(recipe);
    const file = spoil?.(image) ?? image.file;
    if (isUnsealed !== true && file === image.file) {
      sealVhd(image);
    }
    await assert.rejects(openVhd(new MemorySource(file), options?.()), (error: unknown) => {
      assert.ok(isDiskError(error), String(error));
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("R-244: a parent with another id than the child names is refused", async () => {
  const parent = await openVhd(new MemorySource(buildVhd({ ...FIXED, uniqueIdByte: 0x33 }).file));
  const child = new MemorySource(buildVhd({ type: "differencing", sizeBytes: BLOCK, parentIdByte: 0x22 }).file);
  await assert.rejects(openVhd(child, { parent }), { code: "disk.unsafe", message: /the VHD 33333333-.* was given as parent/ });
});

test("one damaged or missing footer of two is told, and the other one is used", async () => {
  const damages: readonly ((image: BuiltVhd) => Buffer)[] = [
    ({ file }) => file.fill(9, 100, 101),
    ({ file, footerOffset }) => file.fill(9, footerOffset + 100, footerOffset + 101),
    ({ file, footerOffset }) => file.subarray(0, footerOffset),
  ];
  for (const damage of damages) {
    await using disk = await openVhd(new MemorySource(damage(buildVhd(TWO_BLOCKS))));
    assert.deepEqual(
      disk.warnings.map(({ code }) => code),
      ["vhd.footer"],
    );
    assert.equal((await disk.read(2 * BLOCK, 1))[0], 2);
  }
});

test("names of folders and control characters in a parent's name are not shown", async () => {
  const parentName = "/home/ann\u0007/\u202edisks/par\u001b[31ment.vhd";
  const child = buildVhd({ type: "differencing", sizeBytes: BLOCK, parentName });
  await assert.rejects(openVhd(new MemorySource(child.file)), { message: /parent "par \[31ment\.vhd" \(id/ });
});
