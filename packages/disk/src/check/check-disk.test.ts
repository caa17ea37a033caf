import assert from "node:assert/strict";
import { test } from "node:test";
import type { ByteSource } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { ConvertProgress } from "../core/disk-writer.ts";
import { buildQcow2 } from "../qcow2/testing/build-qcow2.ts";
import type { BuiltQcow2, ClusterContent } from "../qcow2/testing/build-qcow2.ts";
import { openRaw } from "../raw/open-raw.ts";
import { MemorySource } from "../source/memory-source.ts";
import { checkDisk } from "./check-disk.ts";

const CLUSTER = 4096;

/** A sound image of the given kind of clusters, but for its refcounts, which are all 0. */
function build(kind: "data" | "compressed", clusters: readonly number[]): BuiltQcow2 {
  const contents = clusters.map((cluster): [number, ClusterContent] => [cluster, { kind, bytes: Buffer.alloc(CLUSTER, cluster + 1) }]);
  return buildQcow2({ sizeBytes: 64 * CLUSTER, clusterBits: 12, clusters: new Map(contents) });
}

/** Tells whether it was closed, and fails reads on demand. */
class WatchedSource extends MemorySource implements ByteSource {
  closed = 0;
  failure: Error | undefined;

  override async read(offset: number, length: number): Promise<Uint8Array> {
    if (this.failure !== undefined && offset > 0) {
      throw this.failure;
    }
    return super.read(offset, length);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.closed += 1;
  }
}

test("what is no disk, or not what was declared, is one fault, and the source is closed", async () => {
  const cases = [
    { file: Buffer.alloc(0), options: {}, code: "disk.truncated", format: undefined },
    { file: Buffer.from("QFI\xfb\0\0\0\x09".padEnd(600, "\0"), "latin1"), options: {}, code: /^disk\./, format: undefined },
    { file: Buffer.alloc(4096, 1), options: { declaredFormat: "qcow2" }, code: "disk.mislabelled", format: "raw" },
  ] as const;
  for (const { file, options, code, format } of cases) {
    const source = new WatchedSource(file);
    const report = await checkDisk(source, options);
    assert.equal(report.faults.length, 1);
    assert.match(report.faults[0]?.code ?? "", new RegExp(code));
    if (format !== undefined) {
      assert.equal(report.format, format);
    }
    assert.equal(report.checkedBytes, 0);
    assert.equal(source.closed, 1);
  }
});

test("a raw disk has nothing to check but its bytes", async () => {
  const report = await checkDisk(new MemorySource(Buffer.alloc(10 * 512, 5)), { readData: true });
  assert.deepEqual(report, {
    format: "raw",
    faults: [],
    omittedFaults: 0,
    warnings: [],
    checkedBytes: 5120,
    facts: { diskBytes: 5120, dataBytes: 5120, readBytes: 5120 },
  });
});

test("a medium that fails and a caller that gives up are thrown, and the source is closed", async () => {
  for (const readData of [false, true]) {
    const source = new WatchedSource(build("data", [0, 1]).file);
    source.failure = new DiskError("disk.io", "The medium failed.");
    await assert.rejects(checkDisk(source, { readData }), { code: "disk.io" });
    assert.equal(source.closed, 1);
    const other = new WatchedSource(build("data", [0, 1]).file);
    await assert.rejects(checkDisk(other, { readData, signal: AbortSignal.abort(new Error("enough")) }), /enough/);
    assert.equal(other.closed, 1);
  }
});

test("the parent and the other files are closed with the source, also when they are of no use", async () => {
  const sources = [0, 1, 2].map(() => new WatchedSource(Buffer.alloc(1024, 9)));
  const [source, beside, beneath] = sources;
  assert.ok(source !== undefined && beside !== undefined && beneath !== undefined);
  const report = await checkDisk(source, { related: [{ name: "a", source: beside }], parent: await openRaw(beneath) });
  assert.equal(report.faults[0]?.code, "disk.unsupported");
  assert.deepEqual(
    sources.map(({ closed }) => closed),
    [1, 1, 1],
  );
});

test("every damaged entry of an image's tables is found, with its place in the file and on the disk", async () => {
  const image = build("data", [0, 5, 9, 20]);
  for (const cluster of [5, 9]) {
    image.file.writeBigUInt64BE(1n << 57n, image.l2EntryOffset(cluster));
  }
  const { faults } = await checkDisk(new MemorySource(image.file));
  const found = faults.filter(({ code }) => code === "qcow2.metadata");
  assert.deepEqual(
    found.map(({ fileOffset, diskOffset }) => [fileOffset, diskOffset]),
    [5, 9].map((cluster) => [image.l2EntryOffset(cluster), cluster * CLUSTER]),
  );
});

test("an image that is refused when it is opened still has its tables checked", async () => {
  const image = buildQcow2({
    sizeBytes: 2 * 512 * CLUSTER,
    clusterBits: 12,
    clusters: new Map([
      [0, { kind: "data", bytes: Buffer.alloc(CLUSTER, 1) }],
      [600, { kind: "zero" }],
    ]),
  });
  const [first = 0] = image.l2Offsets;
  image.file.copyWithin(image.l1Offset + 8, image.l1Offset, image.l1Offset + 8);
  const { faults, checkedBytes } = await checkDisk(new MemorySource(image.file));
  assert.equal(checkedBytes, 0);
  assert.deepEqual(faults.find(({ fileOffset }) => fileOffset === first)?.code, "qcow2.overlap");
});

test("each range whose data cannot be read is found, and what lies behind it is read", async () => {
  const image = build("compressed", [0, 1, 2, 40]);
  const at = image.hostOffsets.get(1) ?? 0;
  image.file.fill(0xff, at, at + 4);
  const progress: ConvertProgress[] = [];
  const quick = await checkDisk(new MemorySource(image.file));
  const options = { readData: true, onProgress: (step: ConvertProgress) => progress.push(step) };
  const { faults, facts } = await checkDisk(new MemorySource(image.file), options);
  assert.equal(
    quick.faults.some(({ code }) => code === "disk.corrupt"),
    false,
  );
  const unreadable = faults.filter(({ code }) => code === "disk.corrupt");
  assert.deepEqual(
    unreadable.map(({ diskOffset }) => diskOffset),
    [0],
  );
  assert.match(unreadable[0]?.message ?? "", /The 12288 bytes at 0 of the disk cannot be read\. The compressed cluster at \d+/);
  assert.deepEqual([facts["dataBytes"], facts["readBytes"]], [4 * CLUSTER, CLUSTER]);
  assert.deepEqual(progress.at(-1), { doneBytes: 4 * CLUSTER, totalBytes: 4 * CLUSTER });
});

test("without reading data, progress is told in bytes of the disk", async () => {
  const progress: ConvertProgress[] = [];
  await checkDisk(new MemorySource(build("data", [3]).file), { onProgress: (step) => progress.push(step) });
  assert.deepEqual(progress.at(-1), { doneBytes: 64 * CLUSTER, totalBytes: 64 * CLUSTER });
});
