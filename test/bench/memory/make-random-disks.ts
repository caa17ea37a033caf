import { randomFillSync } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const stepBytes = 1024 * 1024;

/**
 * Makes disks of random data, no two of which have a chunk in common: QCOW2, in which data lies at other offsets than on the disk, so that
 * the disk's chunks are others than the file's. Answers their paths.
 */
export async function makeRandomDisks(
  folder: string,
  { count, dataMiB }: { readonly count: number; readonly dataMiB: number },
): Promise<string[]> {
  const paths: string[] = [];
  for (let number = 0; number < count; number += 1) {
    const raw = join(folder, "disk.raw");
    await writeRandom(raw, dataMiB);
    const path = join(folder, `disk-${number}.qcow2`);
    await using disk = await openRaw(await openLocalFile(raw));
    await writeToFile(await convertDisk(disk, { format: "qcow2", target: "file" }), path);
    await rm(raw);
    paths.push(path);
  }
  return paths;
}

async function writeRandom(path: string, dataMiB: number): Promise<void> {
  await using file = await open(path, "w");
  const block = Buffer.alloc(stepBytes);
  for (let step = 0; step < dataMiB; step += 1) {
    await file.write(randomFillSync(block));
  }
}
