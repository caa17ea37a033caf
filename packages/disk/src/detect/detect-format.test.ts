import assert from "node:assert/strict";
import { test } from "node:test";
import { MemorySource } from "../source/memory-source.ts";
import { buildQcow2 } from "../qcow2/testing/build-qcow2.ts";
import { detectFormat } from "./detect-format.ts";
import type { Detection } from "./detect-format.ts";
import { probes } from "./probes.table.ts";
import { buildForeignFile, foreignFormats, writeVhdFooter } from "./testing/build-foreign-files.ts";

const detect = (file: Uint8Array): Promise<Detection> => detectFormat(new MemorySource(file));
const qcow2 = (): Buffer => buildQcow2({ sizeBytes: 1024 * 1024, clusters: new Map() }).file;

for (const format of foreignFormats) {
  test(`${format} is recognised by its content, with the evidence`, async () => {
    const detection = await detect(buildForeignFile(format));
    assert.equal(detection.format, format);
    assert.notEqual(detection.evidence, "");
  });
}

test("every format of the table has a test file, and every test file a row", () => {
  assert.deepEqual(new Set(probes.map(({ format }) => format)), new Set([...foreignFormats, "qcow2"]));
});

test("qcow2 is recognised in every version, so that later ones are not taken for raw", async () => {
  for (const version of [2, 3, 4, 0xffff_ffff]) {
    const file = qcow2();
    file.writeUInt32BE(version, 4);
    assert.equal((await detect(file)).format, "qcow2");
  }
});

test("what matches nothing is raw, also when it is tiny", async () => {
  for (const file of [Buffer.alloc(1), Buffer.alloc(100, 0xee), Buffer.alloc(2 * 1024 * 1024, 0xee)]) {
    assert.deepEqual(await detect(file), {
      format: "raw",
      evidence: "no known format, and no container around it",
      partitionTable: undefined,
    });
  }
});

test("a partition table is content of a raw disk, and a boot sector of a file system is none", async () => {
  const disk = Buffer.alloc(64 * 1024);
  disk.write("\x55\xaa", 510, "latin1");
  assert.equal((await detect(disk)).partitionTable, "mbr");
  disk.write("NTFS    ", 3);
  assert.equal((await detect(disk)).partitionTable, undefined);
  for (const offset of [512, 4096]) {
    const gpt = Buffer.from(disk);
    gpt.write("EFI PART", offset);
    assert.deepEqual(await detect(gpt), {
      format: "raw",
      evidence: "a disk with a partition table (GPT), and no container around it",
      partitionTable: "gpt",
    });
  }
});

test("an optical disc that also boots as a disk is an optical disc", async () => {
  const file = buildForeignFile("iso");
  file.write("\x55\xaa", 510, "latin1");
  const detection = await detect(file);
  assert.equal(detection.format, "iso");
  assert.equal(detection.partitionTable, "mbr");
});

test("UDF is recognised behind its own descriptors", async () => {
  const file = Buffer.alloc(64 * 1024);
  file.write("BEA01", 0x8001);
  file.write("NSR03", 0x8801);
  assert.equal((await detect(file)).format, "iso");
  file.write("XXXXX", 0x8001);
  assert.equal((await detect(file)).format, "raw");
});

test("content that is two things at once is refused with both names", async () => {
  await assert.rejects(detect(buildForeignFile("qed", "iso")), { code: "disk.ambiguous", message: /QED image, and an optical disc/ });
  await assert.rejects(detect(buildForeignFile("vhd", "luks")), { code: "disk.ambiguous" });
  const polyglot = qcow2();
  polyglot.write("\x01CD001", 0x8000, "latin1");
  await assert.rejects(detect(polyglot), { code: "disk.ambiguous", message: /qcow2 image, and an optical disc/ });
});

test("dynamic and differencing VHD are recognised by the copy of their footer at 0", async () => {
  for (const [type, kind] of [
    [3, "dynamic"],
    [4, "differencing"],
  ] as const) {
    const file = Buffer.alloc(4096);
    writeVhdFooter(file.subarray(0, 512), type);
    file.write("cxsparse", 512);
    assert.match((await detect(file)).evidence, new RegExp(kind));
  }
});

test("the footer of an old VHD writer is found one byte later", async () => {
  const file = Buffer.alloc(4096);
  const footer = Buffer.alloc(512);
  writeVhdFooter(footer, 2);
  file.set(footer.subarray(0, 511), 4096 - 511);
  assert.equal((await detect(file)).format, "vhd");
});

/** Files that begin like a format and fail its proof: they must not pass for raw disks. */
const damagedFiles: readonly { readonly name: RegExp; readonly file: () => Buffer }[] = [
  { name: /VHD image.*checksum/, file: () => changed(buildForeignFile("vhd"), -500) },
  { name: /VHDX image.*checksum/, file: () => changed(buildForeignFile("vhdx"), 64 * 1024 + 100) },
  { name: /VMDK image.*line ends/, file: () => changed(buildForeignFile("vmdk"), 75) },
  { name: /VDI image.*version/, file: () => changed(buildForeignFile("vdi"), 70) },
  { name: /version 1, and is damaged/, file: () => changed(buildForeignFile("qcow"), 32) },
  { name: /LUKS.*version/, file: () => changed(buildForeignFile("luks"), 7) },
  { name: /ZVHD2 image.*checksum/, file: () => changed(buildForeignFile("zvhd2"), 300) },
  { name: /descriptor of a VMDK.*version/, file: () => changed(buildForeignFile("vmdk-descriptor"), 30) },
  { name: /descriptor of a VMDK.*too long/, file: () => Buffer.concat([buildForeignFile("vmdk-descriptor"), Buffer.alloc(65_536, 10)]) },
  { name: /VHD image.*cxsparse/, file: () => withFooter(Buffer.alloc(1024), 3) },
  { name: /VHD image.*type 9/, file: () => withFooter(Buffer.alloc(1024), 9) },
];

function changed(file: Buffer, at: number): Buffer {
  const index = at < 0 ? file.length + at : at;
  file[index] = (file[index] ?? 0) ^ 0xff;
  return file;
}

function withFooter(file: Buffer, type: number): Buffer {
  writeVhdFooter(file.subarray(0, 512), type);
  return file;
}

for (const { name, file } of damagedFiles) {
  test(`a damaged file is refused, and not taken for a raw disk: ${name.source}`, async () => {
    await assert.rejects(detect(file()), { code: "disk.corrupt", message: name });
  });
}

test("an empty file is refused", async () => {
  await assert.rejects(detect(Buffer.alloc(0)), { code: "disk.truncated", message: /empty/ });
});
