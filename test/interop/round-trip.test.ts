import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { ConvertOptions } from "@tintype/disk/convert/convert-disk.ts";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { TestRun } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { CompressionPool } from "@tintype/disk/pool/compression-pool.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { planners } from "@tintype/disk/formats/planners.table.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const TIB = 1024 ** 4;

/** Disks that have found faults in writers before. */
const shapes: Readonly<Record<string, { readonly sizeBytes: number; readonly runs: readonly TestRun[] }>> = {
  tiny: { sizeBytes: 512, runs: [{ offset: 0, length: 512, content: "noise" }] },
  odd: { sizeBytes: 3 * MIB + 512, runs: [{ offset: MIB - 100, length: 70_001, content: "noise" }] },
  sparse: {
    sizeBytes: 40 * MIB,
    runs: [
      { offset: 5 * MIB + 4096, length: 8192, content: "noise" },
      { offset: 33 * MIB, length: 200 * KIB, content: "noise" },
    ],
  },
  full: { sizeBytes: 3 * MIB, runs: [{ offset: 0, length: 3 * MIB, content: "noise" }] },
  "all zero": { sizeBytes: 9 * MIB, runs: [{ offset: 0, length: 9 * MIB, content: "zeros" }] },
  "unaligned tail": { sizeBytes: 2 * MIB + 64 * KIB + 1536, runs: [{ offset: 2 * MIB, length: 64 * KIB + 1536, content: "noise" }] },
};
const large = { sizeBytes: 2.5 * TIB, runs: [{ offset: 2.25 * TIB, length: 100 * KIB, content: "noise" }] } as const;

// The table has exactly these keys.
const formats = Object.keys(planners) as OutputFormat[];
let folder: string;
let pool: CompressionPool;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-matrix-"));
  pool = new CompressionPool();
});

after(async () => {
  await pool[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** A way to write a file: a format, and the kind of file or the compression where there is a choice. */
type Writer = Pick<ConvertOptions, "format" | "subformat" | "compression">;

/** Every way to write a file, the usual way of each format first. Azure's kind changes the size of the disk, and has a test of its own. */
const writers: readonly Writer[] = formats.flatMap((format): Writer[] => [
  { format },
  ...planners[format].subformats.filter((subformat) => subformat !== "azure").map((subformat) => ({ format, subformat })),
  ...planners[format].compressions.slice(1).map((compression) => ({ format, compression })),
]);
const nameOf = ({ format, subformat, compression }: Writer): string => [format, subformat ?? compression ?? []].flat().join(" ");

async function write(disk: VirtualDisk, writer: Writer, name: string): Promise<string> {
  const path = join(folder, `${name}.${writer.format}`);
  await writeToFile(await convertDisk(disk, { ...writer, target: "file", pool }), path, { overwrite: true });
  return path;
}

async function assertSame(expected: VirtualDisk, file: string, way: string): Promise<void> {
  await using disk = await openDisk(await openLocalFile(file));
  assert.deepEqual(await compareDisks(expected, disk), { equal: true, sizeDifferenceBytes: 0 }, way);
}

for (const [shape, { sizeBytes, runs }] of Object.entries(shapes)) {
  test(`R-251, R-252: the ${shape} disk stays the same from every format to every format, and from every writer`, async (t) => {
    const original = new TestDisk(sizeBytes, runs);
    t.diagnostic(
      `${shape}, ${sizeBytes} bytes, written as ${writers.map(nameOf).join(", ")}; read from and written to ${formats.join(", ")}`,
    );
    for (const writer of writers) {
      await assertSame(original, await write(original, writer, "kind"), nameOf(writer));
    }
    for (const from of formats) {
      await using first = await openDisk(await openLocalFile(await write(original, { format: from }, "first")));
      for (const to of formats) {
        await assertSame(original, await write(first, { format: to }, "second"), `${from} to ${to}`);
      }
    }
  });
}

for (const format of formats) {
  test(`a disk of 2.5 TiB with little in it comes back from ${format}, or is refused for its size`, async () => {
    const original = new TestDisk(large.sizeBytes, large.runs);
    if (format === "vhd") {
      await assert.rejects(write(original, { format }, "large"), { code: "disk.limit" });
      return;
    }
    await assertSame(original, await write(original, { format }, "large"), format);
  });
}
