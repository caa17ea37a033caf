import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { openRaw } from "../raw/open-raw.ts";
import { MemorySource } from "../source/memory-source.ts";
import { buildVmdk, contentOf, descriptorOf } from "../vmdk/testing/build-vmdk.ts";
import type { VmdkRecipe } from "../vmdk/testing/build-vmdk.ts";
import { openOva } from "./open-ova.ts";
import { buildOvf, buildTar, paxRecord } from "./testing/build-ova.ts";
import type { BuiltMember } from "./testing/build-ova.ts";

const MIB = 1024 * 1024;

function recipe(value: number): VmdkRecipe {
  return {
    sizeBytes: MIB,
    grains: new Map([[value, { kind: "data", bytes: Buffer.alloc(8192, value) }]]),
    isCompressed: true,
    directory: "footer",
  };
}

const disk = (name: string, value: number): BuiltMember => ({ name, content: buildVmdk(recipe(value)).file });
const ovf = (...hrefs: readonly string[]): BuiltMember => ({ name: "vm.ovf", content: buildOvf(hrefs.map((href) => ({ href }))) });
const open = (members: readonly BuiltMember[]): ReturnType<typeof openOva> => openOva(new MemorySource(buildTar(members)));

test("R-082: an OVA with one disk opens, with the disk's name, size and content", async () => {
  await using ova = await open([ovf("disk.vmdk"), disk("disk.vmdk", 5)]);
  assert.deepEqual(
    ova.disks.map(({ id, name, capacityBytes }) => ({ id, name, capacityBytes })),
    [{ id: "d0", name: "disk.vmdk", capacityBytes: MIB }],
  );
  assert.deepEqual(ova.warnings, []);
  await using opened = await ova.disks[0]?.open();
  assert.ok(contentOf(recipe(5)).equals((await opened?.read(0, MIB)) ?? Buffer.alloc(0)));
});

test("R-082: an OVA with two disks answers both, in the order of the OVF, and each can be closed alone", async () => {
  await using ova = await open([ovf("b.vmdk", "a.vmdk"), disk("a.vmdk", 1), disk("b.vmdk", 2)]);
  assert.deepEqual(
    ova.disks.map(({ name }) => name),
    ["b.vmdk", "a.vmdk"],
  );
  const [first, second] = await Promise.all(ova.disks.map((one) => one.open()));
  await first?.[Symbol.asyncDispose]();
  assert.ok(contentOf(recipe(1)).equals((await second?.read(0, MIB)) ?? Buffer.alloc(0)));
  await second?.[Symbol.asyncDispose]();
});

test("the manifest's hashes are told, and that of the OVF is checked", async () => {
  const members = [ovf("disk.vmdk"), disk("disk.vmdk", 5)];
  const lines = members.map(({ name, content }, index) => {
    const algorithm = index === 0 ? "sha1" : "sha256";
    return `${algorithm.toUpperCase()}(${name})= ${createHash(algorithm).update(content).digest("hex")}\r\n`;
  });
  const [ovfMember, diskMember] = members;
  assert.ok(ovfMember !== undefined && diskMember !== undefined);
  await using ova = await open([ovfMember, { name: "vm.mf", content: Buffer.from(lines.join("")) }, diskMember]);
  assert.equal(ova.disks[0]?.digest?.hex, createHash("sha256").update(diskMember.content).digest("hex"));
  const wrong = Buffer.from(`SHA256(vm.ovf)= ${"0".repeat(64)}\n`);
  await assert.rejects(open([...members, { name: "vm.mf", content: wrong }]), {
    code: "disk.corrupt",
    message: /not what the manifest says/,
  });
  await using other = await open([...members, { name: "vm.mf", content: Buffer.from([0, 1, 2, 255]) }]);
  assert.equal(other.disks[0]?.digest, undefined);
});

test("what the OVF says of a size is told as a warning when the disk says otherwise, and a disk without a file is left out", async () => {
  const content = buildOvf(
    [{ href: "disk.vmdk", capacity: "8", units: "GigaBytes" }],
    '<ovf:DiskSection><Disk ovf:diskId="e" ovf:capacity="1"/></ovf:DiskSection>',
  );
  await using ova = await open([{ name: "vm.ovf", content }, disk("disk.vmdk", 5)]);
  assert.deepEqual(
    ova.warnings.map(({ code }) => code),
    ["ova.emptyDisk", "ova.capacityDiffers"],
  );
  assert.equal(ova.disks[0]?.capacityBytes, 8 * 1024 * MIB);
  assert.equal(ova.disks.length, 1);
});

test("capacities are read in all units, and unknown ones are told as unknown", async () => {
  for (const [capacity, units, expected] of [
    ["1048576", "byte", MIB],
    ["1", "byte*2^20", MIB],
    ["3", "byte * 10^6", 3_000_000],
    ["2", "MegaBytes", 2 * MIB],
    ["${size}", "byte", undefined],
    ["1", "furlong", undefined],
    ["9007199254740993", "byte * 2^30", undefined],
  ] as const) {
    const content = buildOvf([{ href: "disk.vmdk", capacity, units }]);
    await using ova = await open([{ name: "vm.ovf", content }, disk("disk.vmdk", 5)]);
    assert.equal(ova.disks[0]?.capacityBytes, expected, `${capacity} ${units}`);
  }
});

test("a disk whose descriptor names another file of the archive is opened with it", async () => {
  const flat = Buffer.alloc(1024, 3);
  const descriptor = Buffer.from(descriptorOf("monolithicFlat", ['RW 2 FLAT "disk-flat.vmdk" 0']));
  await using ova = await open([ovf("disk.vmdk"), { name: "disk.vmdk", content: descriptor }, { name: "disk-flat.vmdk", content: flat }]);
  await using opened = await ova.disks[0]?.open();
  assert.ok(flat.equals((await opened?.read(0, 1024)) ?? Buffer.alloc(0)));
});

/** Cuts a disk into chunks of 4,000 bytes; what the OVF says of it can be changed. */
function inChunks({ content }: BuiltMember, attributes = `ovf:chunkSize="4000" ovf:size="${content.length}"`): BuiltMember[] {
  const chunks = Array.from({ length: Math.ceil(content.length / 4000) }, (_, index) => ({
    name: `disk.vmdk.${String(index).padStart(9, "0")}`,
    content: content.subarray(index * 4000, (index + 1) * 4000),
  }));
  return [{ name: "vm.ovf", content: buildOvf([{ href: "disk.vmdk", file: attributes }]) }, ...chunks];
}

test("R-082: a disk that was cut into chunks is read as one file, in whatever order they lie", async () => {
  const whole = disk("disk.vmdk", 5);
  const [description, ...chunks] = inChunks(whole);
  assert.ok(description !== undefined && chunks.length > 2);
  await using ova = await open([description, ...chunks.toReversed()]);
  assert.deepEqual([ova.disks[0]?.name, ova.disks[0]?.fileBytes, ova.warnings], ["disk.vmdk", whole.content.length, []]);
  await using opened = await ova.disks[0]?.open();
  assert.ok(contentOf(recipe(5)).equals((await opened?.read(0, MIB)) ?? Buffer.alloc(0)));
});

test("R-082: chunks that are missing, too long or too short are refused", async () => {
  const whole = disk("disk.vmdk", 5);
  const sound = inChunks(whole);
  await assert.rejects(open(sound.slice(0, -1)), { code: "disk.truncated", message: /and the OVF says/ });
  await assert.rejects(open(sound.filter((_, index) => index !== 1)), { code: "disk.truncated", message: /does not hold/ });
  for (const size of [3999, 4001]) {
    await assert.rejects(open(inChunks(whole, `ovf:chunkSize="${size}"`)), { code: "disk.corrupt", message: /has 4000 bytes/ });
  }
});

test("a caller may open disks of other formats", async () => {
  const archive = buildTar([ovf("disk.img"), { name: "disk.img", content: Buffer.alloc(2048, 8) }]);
  await using ova = await openOva(new MemorySource(archive), { openDisk: (source) => openRaw(source) });
  await using opened = await ova.disks[0]?.open();
  assert.equal(opened?.virtualSizeBytes, 2048);
});

test("long names, folders, extended headers and names as a URL spells them are read", async () => {
  const { content } = disk("", 5);
  const long = `${"x".repeat(150)}.vmdk`;
  const pax = Buffer.from(paxRecord("mtime", "1.5") + paxRecord("path", "a b.vmdk"));
  await using ova = await open([
    ovf(long, "./sub/%e7%b3%bb.vmdk", "a%20b.vmdk"),
    { name: "sub/", content: Buffer.alloc(0), type: "5" },
    { name: "pax", content: Buffer.from(paxRecord("comment", "all")), type: "g" },
    { name: "././@LongLink", content: Buffer.from(`${long}\0`), type: "L" },
    { name: long.slice(0, 100), content },
    { name: "./sub/系.vmdk", content },
    { name: "pax", content: pax, type: "x" },
    { name: "short", content },
  ]);
  assert.deepEqual(
    ova.disks.map(({ name }) => name),
    [long, "sub/系.vmdk", "a b.vmdk"],
  );
});

test("the archive is closed with the appliance, and also when opening fails", async () => {
  let closed = 0;
  const watched = (bytes: Uint8Array): MemorySource => {
    const source = new MemorySource(bytes);
    source[Symbol.asyncDispose] = async () => void (closed += 1);
    return source;
  };
  await (await openOva(watched(buildTar([ovf("disk.vmdk"), disk("disk.vmdk", 5)]))))[Symbol.asyncDispose]();
  assert.equal(closed, 1);
  await assert.rejects(openOva(watched(Buffer.alloc(1024))), { code: "disk.corrupt" });
  assert.equal(closed, 2);
});
