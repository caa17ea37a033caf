import assert from "node:assert/strict";
import { test } from "node:test";
import { buildForeignFile } from "@tintype/disk/detect/testing/build-foreign-files.ts";
import { buildIso } from "@tintype/disk/iso/testing/build-iso.ts";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { buildVmdk } from "@tintype/disk/vmdk/testing/build-vmdk.ts";
import { FileServer, noise } from "./image-files-setup.ts";

const mib = 1024 * 1024;
const sound = (): Buffer => buildQcow2({ sizeBytes: 4 * mib, clusters: new Map() }).file;

/** A sound image with some bytes of its header replaced. */
function changed(file: Buffer, changes: readonly (readonly [offset: number, value: bigint])[]): Buffer {
  for (const [offset, value] of changes) {
    file.writeBigUInt64BE(value, offset);
  }
  return file;
}

const backing = (): Buffer => {
  const file = changed(sound(), [[8, 1024n]]);
  file.writeUInt32BE("/etc/passwd".length, 16);
  file.write("/etc/passwd", 1024);
  return file;
};
const dataFile = (): Buffer => changed(sound(), [[72, 4n]]);
const descriptor = (lines: string): string =>
  `# Disk DescriptorFile\nversion=1\nCID=fffffffe\nparentCID=ffffffff\n${lines}\nddb.adapterType = "ide"\n`;
const flat = 'createType="monolithicFlat"\nRW 8192 FLAT "/etc/passwd" 0';

/** Files that were used against services that hand them to programs that follow what is in them. */
const attacks: readonly { readonly name: string; readonly format: string; readonly file: () => Buffer; readonly says: RegExp }[] = [
  { name: "CVE-2024-32498: a qcow2 with an external data file", format: "qcow2", file: dataFile, says: /external file/ },
  {
    name: "CVE-2015-5163, CVE-2015-1851, CVE-2014-3641, CVE-2015-7548: a qcow2 over a backing file",
    format: "qcow2",
    file: backing,
    says: /backing file/,
  },
  {
    name: "CVE-2024-40767: a qcow2 with a data file that is said to be raw",
    format: "raw",
    file: dataFile,
    says: /declared as raw.*qcow2/,
  },
  { name: "CVE-2024-40767: a sound qcow2 that is said to be raw", format: "raw", file: sound, says: /Set disk_format to qcow2/ },
  {
    name: "CVE-2022-47951: a VMDK descriptor that names a file of the host",
    format: "vmdk",
    file: () => Buffer.from(descriptor(flat)),
    says: /names a file by a path/,
  },
  {
    name: "CVE-2022-47951: a sparse VMDK whose descriptor names a file of the host",
    format: "vmdk",
    file: () => buildVmdk({ sizeBytes: 4 * mib, grains: new Map(), descriptor: descriptor(flat) }).file,
    says: /monolithicFlat/,
  },
  {
    name: "CVE-2015-5162, CVE-2013-2096: a qcow2 of an absurd size",
    format: "qcow2",
    file: () => changed(sound(), [[24, 1n << 62n]]),
    says: /claims 4611686018427388000 bytes/,
  },
  {
    name: "OSSA-2024-001: a qcow2 with an unknown incompatible feature",
    format: "qcow2",
    file: () => changed(sound(), [[72, 1n << 40n]]),
    says: /incompatible bits 40/,
  },
  { name: "OSSA-2024-002: a file that is two formats at once", format: "qcow2", file: () => polyglot(), says: /more than one thing/ },
];

function polyglot(): Buffer {
  const file = sound();
  file.write("\x01CD001\x01", 0x8000, "latin1");
  return file;
}

for (const { name, format, file, says } of attacks) {
  test(`${name} is refused with the reason, and nothing of it stays`, async () => {
    await using files = await FileServer.open();
    const id = await files.declare(format);
    const before = await files.server.world.contents();
    const { status, message } = await files.put(id, file());
    assert.equal(status, 415, message);
    assert.match(message, says);
    assert.doesNotMatch(message, /\{\w+\}/);
    assert.equal((await files.image(id)).status, "queued");
    assert.deepEqual(await files.server.world.contents(), before);
  });
}

test("CVE-2024-32498: a file that reaches for others is refused whatever it is said to be, also where formats need not match", async () => {
  await using files = await FileServer.open({ formatMatch: "ignored" });
  for (const fields of [{}, { containerFormat: "ovf" }]) {
    for (const format of ["raw", "qcow2", "vmdk"]) {
      for (const file of [dataFile(), backing(), Buffer.from(descriptor(flat))]) {
        const id = await files.declare(format, fields);
        assert.equal((await files.put(id, file)).status, 415);
      }
    }
  }
});

test("CVE-2024-40767, CVE-2026-24708: bytes that are said to be a raw disk are never read as what a guest wrote into them", async () => {
  await using files = await FileServer.open({ formatMatch: "ignored" });
  const id = await files.declare("raw");
  const file = sound();
  assert.equal((await files.put(id, file)).status, 204);
  const [disk] = (await files.image(id)).disks;
  assert.equal(disk?.format, undefined);
  assert.equal(disk?.virtualSizeBytes, file.length);
});

test("where formats need not match, what the content is decides how a disk is read", async () => {
  await using files = await FileServer.open({ formatMatch: "ignored" });
  const id = await files.declare("vmdk");
  assert.equal((await files.put(id, sound())).status, 204);
  assert.equal((await files.image(id)).disks[0]?.format, "qcow2");
});

test("formats that fit are taken: boot parts, discs, encrypted disks, and anything within a container", async () => {
  await using files = await FileServer.open();
  const plain = Buffer.concat([noise(100_000)]);
  for (const [diskFormat, containerFormat, file] of [
    ["ami", "ami", plain],
    ["ari", "ari", buildForeignFile("gzip")],
    ["aki", "aki", plain],
    ["raw", "ovf", plain],
    ["qcow2", "docker", plain],
    ["iso", "bare", buildIso()],
    ["raw", "bare", buildIso()],
    ["raw", "bare", buildForeignFile("luks")],
    ["ploop", "bare", buildForeignFile("parallels")],
  ] as const) {
    const id = await files.declare(diskFormat, { containerFormat });
    const { status, message } = await files.put(id, file);
    assert.equal(status, 204, `${diskFormat} in ${containerFormat}: ${message}`);
    const image = await files.image(id);
    assert.equal(image.disks[0]?.format, undefined);
    assert.equal(image.kind, diskFormat === "iso" ? "iso" : "system");
    assert.ok((await files.get(id)).bytes.equals(file));
  }
});

test("formats that do not fit are refused with what would fit", async () => {
  await using files = await FileServer.open();
  for (const [diskFormat, file, remedy] of [
    ["qcow2", noise(100_000), /Set disk_format to raw/],
    ["vhd", sound(), /Set disk_format to qcow2/],
    ["raw", buildForeignFile("gzip"), /unpacked/],
    ["iso", noise(100_000), /Set disk_format to raw/],
  ] as const) {
    const id = await files.declare(diskFormat);
    const { status, message } = await files.put(id, file);
    assert.equal(status, 415, diskFormat);
    assert.match(message, remedy);
  }
});
