import assert from "node:assert/strict";
import { test } from "node:test";
import type { DiskErrorCode } from "../core/disk-error.ts";
import { MemorySource } from "../source/memory-source.ts";
import { openOva } from "./open-ova.ts";
import { buildOvf, buildTar, paxRecord, signed } from "./testing/build-ova.ts";
import type { BuiltMember, BuiltOvfDisk } from "./testing/build-ova.ts";

const empty = Buffer.alloc(0);
const sound: readonly BuiltMember[] = [
  { name: "vm.ovf", content: buildOvf([{ href: "disk.vmdk" }]) },
  { name: "disk.vmdk", content: Buffer.alloc(3000, 1) },
];
const withDisk = (disk: Partial<BuiltOvfDisk>): readonly BuiltMember[] => [
  { name: "vm.ovf", content: buildOvf([{ href: "disk.vmdk", ...disk }]) },
  ...sound.slice(1),
];
const withOvf = (text: string): readonly BuiltMember[] => [{ name: "vm.ovf", content: Buffer.from(text) }, ...sound.slice(1)];

const cases: readonly (readonly [title: string, members: readonly BuiltMember[], code: DiskErrorCode, message: RegExp])[] = [
  ["no OVF", sound.slice(1), "disk.corrupt", /has 0 OVF files/],
  ["two OVF files", [...sound, { name: "b.ovf", content: empty }], "disk.corrupt", /has 2 OVF files/],
  ["a symbolic link", [...sound, { name: "l.vmdk", content: empty, type: "2" }], "disk.unsafe", /"l.vmdk" is a link/],
  ["a hard link", [...sound, { name: "l.vmdk", content: empty, type: "1" }], "disk.unsafe", /is a link/],
  ["a long name for a link", [...sound, { name: "l", content: Buffer.from("/etc/passwd"), type: "K" }], "disk.unsafe", /is a link/],
  ["a device", [...sound, { name: "sda", content: empty, type: "4" }], "disk.unsafe", /is a device/],
  ["a member of an unknown type", [...sound, { name: "s", content: empty, type: "S" }], "disk.unsupported", /unknown type "S"/],
  ["a name with ..", [...sound, { name: "../x", content: empty }], "disk.unsafe", /leads out/],
  ["a name with .. inside", [...sound, { name: "a/../../x", content: empty }], "disk.unsafe", /leads out/],
  ["an absolute name", [...sound, { name: "/etc/cron.d/x", content: empty }], "disk.unsafe", /leads out/],
  ["a name with a backslash", [...sound, { name: "..\\x", content: empty }], "disk.unsafe", /leads out/],
  ["a name with a control character", [...sound, { name: "a\nb", content: empty }], "disk.unsafe", /leads out/],
  [
    "a name in an extended header that leads out",
    [...sound, { name: "p", content: Buffer.from(paxRecord("path", "../x")), type: "x" }, { name: "x", content: empty }],
    "disk.unsafe",
    /leads out/,
  ],
  [
    "a size in an extended header that goes over the end",
    [...sound, { name: "p", content: Buffer.from(paxRecord("size", "99999999")), type: "x" }, { name: "x", content: empty }],
    "disk.truncated",
    /needs 99999999 bytes/,
  ],
  [
    "a size in an extended header that is none",
    [...sound, { name: "p", content: Buffer.from(paxRecord("size", "-1")), type: "x" }],
    "disk.corrupt",
    /states the size "-1"/,
  ],
  [
    "an extended header that cannot be read",
    [...sound, { name: "p", content: Buffer.from("9999 path=x\n"), type: "x" }],
    "disk.corrupt",
    /extended header/,
  ],
  ["an extended header over 64 KiB", [...sound, { name: "p", content: Buffer.alloc(70_000), type: "x" }], "disk.limit", /64 KiB/],
  ["a name twice", [...sound, ...sound.slice(1)], "disk.corrupt", /is in it twice/],
  ["too many members", Array.from({ length: 1025 }, (_, index) => ({ name: `${index}`, content: empty })), "disk.limit", /more than 1024/],
  ["an OVF over 1 MiB", [{ name: "vm.ovf", content: Buffer.alloc(1024 * 1024 + 1) }], "disk.limit", /1 MiB/],
  ["an OVF in UTF-16", [{ name: "vm.ovf", content: Buffer.from("\ufeff<Envelope/>", "utf16le") }], "disk.unsupported", /UTF-8/],
  ["an OVF without disks", withOvf("<Envelope/>"), "disk.unsupported", /describes no disk/],
  ["an OVF of another kind", withOvf("<html/>"), "disk.corrupt", /root is "html"/],
  ["a disk that is not there", withDisk({ href: "other.vmdk" }), "disk.truncated", /"other.vmdk", which the OVA does not hold/],
  ["a disk at a URL", withDisk({ href: "https://example.org/disk.vmdk" }), "disk.unsafe", /not in the OVA but at/],
  ["a disk at a path", withDisk({ href: "/etc/passwd" }), "disk.unsafe", /not in the OVA but at/],
  ["a compressed disk", withDisk({ file: 'ovf:compression="gzip"' }), "disk.unsupported", /"disk.vmdk" is compressed with "gzip"/],
  ["a disk cut into files that are not there", withDisk({ file: 'ovf:chunkSize="1000"' }), "disk.truncated", /does not hold/],
  ["a chunk size that is none", withDisk({ file: 'ovf:chunkSize="0"' }), "disk.corrupt", /chunkSize of a File is "0"/],
  ["a chunk size over 2^53", withDisk({ file: 'ovf:chunkSize="9007199254740993"' }), "disk.corrupt", /no length/],
  ["a disk with a parent", withDisk({ disk: 'ovf:parentRef="d9"' }), "disk.unsafe", /changes to another disk/],
  [
    "a disk of a file that is not described",
    withOvf('<Envelope><DiskSection><Disk diskId="d" fileRef="f"/></DiskSection></Envelope>'),
    "disk.corrupt",
    /not described/,
  ],
  [
    "a document type",
    withOvf('<!DOCTYPE Envelope [<!ENTITY x SYSTEM "file:///etc/passwd">]><Envelope>&x;</Envelope>'),
    "disk.unsafe",
    /document type/,
  ],
];

for (const [title, members, code, message] of cases) {
  test(`R-082: an OVA with ${title} is refused`, async () => {
    await assert.rejects(openOva(new MemorySource(buildTar(members))), { name: "DiskError", code, message });
  });
}

test("R-082: an OVA that was cut off or changed is refused", async () => {
  const whole = buildTar(sound);
  const ovfRoom = 512 + Math.ceil((sound[0]?.content.length ?? 0) / 512) * 512;
  for (const [bytes, code, message] of [
    [whole.subarray(0, ovfRoom + 2000), "disk.truncated", /needs 3000 bytes/],
    [whole.subarray(0, ovfRoom + 100), "disk.truncated", /inside a header/],
    [Buffer.concat([whole.subarray(0, 10), Buffer.from("x"), whole.subarray(11)]), "disk.corrupt", /checksum/],
  ] as const) {
    await assert.rejects(openOva(new MemorySource(bytes)), { code, message });
  }
});

test("R-082: sizes that are no numbers, negative ones and those over 2^53 are refused", async () => {
  for (const [field, code] of [
    [Buffer.from("0000000009z\0"), "disk.corrupt"],
    [Buffer.from("            "), "disk.corrupt"],
    [Buffer.alloc(12, 0xff), "disk.corrupt"],
    [Buffer.from("800000000000000000000000", "hex").fill(0xff, 4), "disk.corrupt"],
    [Buffer.from("80000000000000ffffffffff", "hex"), "disk.truncated"],
  ] as const) {
    const archive = buildTar(sound);
    field.copy(archive, 124);
    signed(archive);
    await assert.rejects(openOva(new MemorySource(archive)), { code }, field.toString("hex"));
  }
});

test("an old tar without ustar is refused", async () => {
  const archive = buildTar(sound).fill(0, 257, 265);
  signed(archive);
  await assert.rejects(openOva(new MemorySource(archive)), { code: "disk.unsupported", message: /ustar/ });
});
