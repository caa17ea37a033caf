import assert from "node:assert/strict";
import { after, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { compareDisks } from "../compare/compare-disks.ts";
import { collectFile } from "../core/testing/collect-file.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { buildForeignFile, writeVhdFooter } from "../detect/testing/build-foreign-files.ts";
import { CompressionPool } from "../pool/compression-pool.ts";
import { openQcow2 } from "../qcow2/open-qcow2.ts";
import { planAllocatingQcow2 } from "../qcow2/plan-allocating-qcow2.ts";
import { buildQcow2 } from "../qcow2/testing/build-qcow2.ts";
import { planRaw } from "../raw/plan-raw.ts";
import { MemorySource } from "../source/memory-source.ts";
import { planZvhd2 } from "../zvhd2/plan-zvhd2.ts";
import { openZvhd2 } from "../zvhd2/open-zvhd2.ts";
import { openWrapped } from "./open-wrapped.ts";

const MIB = 1024 * 1024;
const pool = new CompressionPool({ threads: 1 });
after(() => pool[Symbol.asyncDispose]());

const wrap = { gzip: (bytes: Uint8Array) => gzipSync(bytes, { level: 1 }), zstd: (bytes: Uint8Array) => zstdCompressSync(bytes) };
const disk = new TestDisk(9 * MIB + 512, [
  { offset: 70_000 - (70_000 % 512), length: 700_416, content: "noise" },
  { offset: 5 * MIB, length: 2 * MIB, content: "text" },
  { offset: 9 * MIB, length: 512, content: "text" },
]);
const content = await disk.read(0, disk.virtualSizeBytes);

for (const kind of ["gzip", "zstd"] as const) {
  const open = (): ReturnType<typeof openWrapped> => openWrapped(new MemorySource(wrap[kind](content)), kind);

  test(`a raw disk inside ${kind} has its size and its map before anything is read`, async () => {
    await using wrapped = await open();
    assert.equal(wrapped.virtualSizeBytes, disk.virtualSizeBytes);
    assert.deepEqual([wrapped.format, wrapped.details["wrapper"]], ["raw", kind]);
    assert.deepEqual(
      wrapped.warnings.map(({ code }) => code),
      ["wrapped.sequential"],
    );
    const stored = (await listExtents(wrapped)).filter((extent) => extent.kind === "data");
    assert.deepEqual(
      stored.map(({ offset, length }) => [offset, offset + length]),
      [
        [65_536, 786_432],
        [5 * MIB, 7 * MIB],
        [9 * MIB, 9 * MIB + 512],
      ],
    );
  });

  test(`a raw disk inside ${kind} is converted to every kind of output, and compared`, async () => {
    await using toRaw = await open();
    assert.ok((await collectFile(await planRaw(toRaw))).equals(content));
    await using toQcow2 = await open();
    await using qcow2 = await openQcow2(new MemorySource(await collectFile(await planAllocatingQcow2(toQcow2))));
    assert.ok(Buffer.compare(content, await qcow2.read(0, disk.virtualSizeBytes)) === 0);
    await using toZvhd2 = await open();
    await using zvhd2 = await openZvhd2(new MemorySource(await collectFile(await planZvhd2(toZvhd2, { pool }))));
    assert.ok(Buffer.compare(content, await zvhd2.read(0, disk.virtualSizeBytes)) === 0);
    await using toCompare = await open();
    assert.deepEqual(await compareDisks(toCompare, disk), { equal: true, sizeDifferenceBytes: 0 });
  });

  test(`a read that goes back inside ${kind} is refused`, async () => {
    await using wrapped = await open();
    await wrapped.read(MIB, 10);
    await assert.rejects(wrapped.read(0, 10), { code: "disk.unsupported", message: /from first to last/ });
  });

  test(`an image inside ${kind} is named and refused`, async () => {
    const qcow2 = buildQcow2({ sizeBytes: 65_536, clusters: new Map() }).file;
    await assert.rejects(openWrapped(new MemorySource(wrap[kind](qcow2)), kind), {
      code: "disk.unsupported",
      message: new RegExp(`Inside the ${kind} file is a qcow2 image`),
    });
    await assert.rejects(openWrapped(new MemorySource(wrap[kind](wrap.gzip(content))), kind), { message: /compressed with gzip/ });
  });
}

test("what the first MiB says is refused without unpacking the rest", async () => {
  const long = Buffer.concat([buildForeignFile("vdi"), Buffer.alloc(40 * MIB, 1)]);
  // The rest is damaged, and that is not found.
  const packed = Buffer.concat([gzipSync(long).subarray(0, 20_000), Buffer.from("damaged")]);
  await assert.rejects(openWrapped(new MemorySource(packed), "gzip"), { code: "disk.unsupported", message: /VDI/ });
});

test("what only the end says is found too", async () => {
  const fixedVhd = Buffer.alloc(3 * MIB + 512, 1);
  writeVhdFooter(fixedVhd.subarray(-512), 2);
  await assert.rejects(openWrapped(new MemorySource(gzipSync(fixedVhd)), "gzip"), { code: "disk.unsupported", message: /VHD/ });
});

test("an empty content, a ceiling and wrappers that are not read are refused, and the source is closed", async () => {
  let closed = 0;
  const source = (bytes: Uint8Array): MemorySource => {
    const memory = new MemorySource(bytes);
    memory[Symbol.asyncDispose] = async () => {
      closed += 1;
    };
    return memory;
  };
  await assert.rejects(openWrapped(source(gzipSync(Buffer.alloc(0))), "gzip"), { code: "disk.truncated" });
  await assert.rejects(openWrapped(source(wrap.zstd(content)), "zstd", { maxVirtualSizeBytes: MIB }), { code: "disk.limit" });
  await assert.rejects(openWrapped(source(Buffer.from("BZh91AY&SY")), "bzip2"), { code: "disk.unsupported", message: /bzip2/ });
  await assert.rejects(openWrapped(source(Buffer.from("\xfd7zXZ\0", "latin1")), "xz"), { code: "disk.unsupported", message: /xz/ });
  assert.equal(closed, 4);
  await (await openWrapped(source(wrap.zstd(content)), "zstd"))[Symbol.asyncDispose]();
  assert.equal(closed, 5);
});

test("a size that is not whole sectors is rounded up", async () => {
  await using wrapped = await openWrapped(new MemorySource(gzipSync(Buffer.alloc(700, 9))), "gzip");
  assert.equal(wrapped.virtualSizeBytes, 1024);
  assert.deepEqual(Buffer.from(await wrapped.read(690, 334)), Buffer.concat([Buffer.alloc(10, 9), Buffer.alloc(324)]));
});
