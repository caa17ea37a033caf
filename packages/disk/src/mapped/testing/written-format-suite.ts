import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { compareDisks } from "../../compare/compare-disks.ts";
import type { ByteSource, ReadOptions } from "../../core/byte-source.ts";
import type { DiskFormat } from "../../core/disk-format.ts";
import type { PlannedFile } from "../../core/disk-writer.ts";
import { collectFile } from "../../core/testing/collect-file.ts";
import { TestDisk } from "../../core/testing/test-disk.ts";
import type { VirtualDisk } from "../../core/virtual-disk.ts";
import { detectFormat } from "../../detect/detect-format.ts";
import { MemorySource } from "../../source/memory-source.ts";
import { blockTestDisks, largeTestDisk, shapedTestDisks } from "./block-test-disks.ts";

const MIB = 1024 * 1024;
const targets = ["file", "stream"] as const;

/** A format with a plan for both targets. */
export interface WrittenFormat {
  readonly format: DiskFormat;
  /** Number of the requirement that asks for the format. */
  readonly requirement: string;
  plan(disk: VirtualDisk, options: { readonly target: "file" | "stream" } & ReadOptions): Promise<PlannedFile>;
  open(source: ByteSource): Promise<VirtualDisk>;
}

/** What holds for whatever a plan of clusters writes. For tests. */
export function testWrittenFormat({ format, requirement, plan, open }: WrittenFormat): void {
  const assertSame = async (disk: VirtualDisk, file: Uint8Array): Promise<void> => {
    assert.equal((await detectFormat(new MemorySource(file))).format, format);
    await using written = await open(new MemorySource(file));
    assert.equal(written.virtualSizeBytes, disk.virtualSizeBytes);
    assert.deepEqual(written.warnings, []);
    assert.deepEqual(await compareDisks(disk, written), { equal: true, sizeDifferenceBytes: 0 });
  };

  for (const target of targets) {
    test(`${requirement}: ${format} written into a ${target} reads back as the disk it was made from`, async () => {
      await fc.assert(
        fc.asyncProperty(blockTestDisks, async (disk) => assertSame(disk, await collectFile(await plan(disk, { target })))),
        { numRuns: 15 },
      );
    });
  }

  for (const [name, disk] of Object.entries({ ...shapedTestDisks, "of more than 2 TiB": largeTestDisk })) {
    test(`${requirement}: a disk ${name} becomes ${format} that is detected and reads back, in a file and in a stream`, async () => {
      for (const target of targets) {
        await assertSame(disk, await collectFile(await plan(disk, { target })));
      }
    });
  }

  test(`data that is all zeros takes no room in a ${format} file, and does in a stream`, async () => {
    const disk = new TestDisk(8 * MIB, [
      { offset: 0, length: MIB, content: "noise" },
      { offset: MIB, length: 7 * MIB, content: "zeros" },
    ]);
    const [file, stream] = await Promise.all(targets.map(async (target) => (await collectFile(await plan(disk, { target }))).length));
    assert.ok((stream ?? 0) - (file ?? 0) >= 7 * MIB, `${file} and ${stream} bytes`);
  });

  test(`the same plan makes the same ${format} file again`, async () => {
    const disk = new TestDisk(MIB, [{ offset: 512, length: 700_416, content: "text" }]);
    for (const target of targets) {
      const planned = await plan(disk, { target });
      assert.ok((await collectFile(planned)).equals(await collectFile(planned)));
      assert.ok((await collectFile(planned)).equals(await collectFile(await plan(disk, { target }))));
    }
  });

  test(`progress of writing ${format} ends at the guest bytes that were to be read`, async () => {
    const disk = new TestDisk(65_536 + 512, [{ offset: 65_024, length: 1024, content: "noise" }]);
    for (const target of targets) {
      const reports: { doneBytes: number; totalBytes: number }[] = [];
      await collectFile(await plan(disk, { target }), { onProgress: (progress) => reports.push(progress) });
      const last = reports.at(-1) ?? assert.fail("there is no report");
      assert.equal(last.doneBytes, last.totalBytes);
      assert.ok(last.doneBytes >= 1024 && last.doneBytes <= disk.virtualSizeBytes, `${last.doneBytes} bytes`);
    }
  });

  test(`a disk that grows data while it is streamed as ${format} fails the plan instead of breaking the file`, async () => {
    const disk = new TestDisk(8 * MIB, [{ offset: 0, length: 65_536, content: "noise" }]);
    const planned = await plan(disk, { target: "stream" });
    const changed = new TestDisk(8 * MIB, [{ offset: 0, length: 5 * MIB, content: "noise" }]);
    disk.extents = () => changed.extents();
    disk.read = (offset, length) => changed.read(offset, length);
    await assert.rejects(collectFile(planned), { code: "disk.io", message: /source changed/ });
  });

  test(`an aborted ${format} plan stops with the signal's reason, and no read is left under way`, async () => {
    for (const target of targets) {
      const disk = new TestDisk(64 * MIB, [{ offset: 0, length: 64 * MIB, content: "text" }]);
      const abort = new AbortController();
      const planned = await plan(disk, { target });
      const iterate = collectFile(planned, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) });
      await assert.rejects(iterate, /enough/);
      assert.equal(disk.readsUnderWay, 0);
    }
  });
}
