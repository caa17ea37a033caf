/** A disk over 2 TiB from every format into every other one. The smaller shapes are in round-trip.test.ts. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import { TestDisk } from "@tintype/disk/core/testing/test-disk.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { planners } from "@tintype/disk/formats/planners.table.ts";
import { CompressionPool } from "@tintype/disk/pool/compression-pool.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const TIB = 1024 ** 4;
const original = new TestDisk(2.5 * TIB, [
  { offset: 512, length: 9000, content: "text" },
  { offset: 2.25 * TIB, length: 100 * 1024, content: "noise" },
]);

// The table has exactly these keys. A VHD ends at 2,040 GiB.
const formats = (Object.keys(planners) as OutputFormat[]).filter((format) => format !== "vhd");
const folder = mkdtempSync(join(tmpdir(), "tintype-large-"));
const pool = new CompressionPool();

after(async () => {
  await pool[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

async function write(disk: VirtualDisk, format: OutputFormat, name: string): Promise<string> {
  const path = join(folder, name);
  await writeToFile(await convertDisk(disk, { format, target: "file", pool }), path, { overwrite: true });
  return path;
}

for (const from of formats) {
  test(`R-251, R-252: a disk of 2.5 TiB stays the same from ${from} into ${formats.join(", ")}`, async () => {
    await using first = await openDisk(await openLocalFile(await write(original, from, "first")));
    for (const to of formats) {
      await using second = await openDisk(await openLocalFile(await write(first, to, "second")));
      assert.deepEqual(await compareDisks(original, second), { equal: true, sizeDifferenceBytes: 0 }, `${from} to ${to}`);
    }
  });
}
