import assert from "node:assert/strict";
import { test } from "node:test";
import { isDiskError } from "../core/disk-error.ts";
import type { FuzzTarget } from "../core/testing/fuzz-disk.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { openDisk } from "../detect/open-disk.ts";
import { fuzzedQcow2 } from "../qcow2/fuzz-qcow2.ts";
import { fuzzedQed } from "../qed/fuzz-qed.ts";
import { MemorySource } from "../source/memory-source.ts";
import { fuzzedVdi } from "../vdi/fuzz-vdi.ts";
import { fuzzedVhd } from "../vhd/fuzz-vhd.ts";
import { fuzzedVmdk } from "../vmdk/fuzz-vmdk.ts";
import { checkDisk } from "./check-disk.ts";

const MAX_DISK_BYTES = 2 ** 30;
const READ_BYTES = 2 ** 20;

const targets: readonly (readonly [target: FuzzTarget, iterations: number])[] = [
  [fuzzedQcow2, 400],
  [fuzzedQed, 100],
  [fuzzedVdi, 100],
  [fuzzedVhd, 40],
  [fuzzedVmdk, 60],
];

/** Tells whether a file opens and all its data can be read. */
async function canRead(file: Uint8Array): Promise<boolean> {
  try {
    await using disk = await openDisk(new MemorySource(file), { maxVirtualSizeBytes: MAX_DISK_BYTES });
    for await (const { offset, length, kind } of disk.extents()) {
      const dataBytes = kind === "data" ? length : 0;
      for (let done = 0; done < dataBytes; done += READ_BYTES) {
        await disk.read(offset + done, Math.min(READ_BYTES, dataBytes - done));
      }
    }
    return true;
  } catch (error) {
    assert.ok(isDiskError(error), String(error));
    return false;
  }
}

for (const [target, iterations] of targets) {
  test(`of hostile ${target.name} files, what can be read has no fault that stops reading, and what cannot has one`, async () => {
    let readable = 0;
    for (let iteration = 0; iteration < iterations; iteration += 1) {
      const file = target.makeFile(new SeededRandom(iteration));
      const isReadable = await canRead(file);
      readable += isReadable ? 1 : 0;
      const { faults } = await checkDisk(new MemorySource(file), { readData: true, maxVirtualSizeBytes: MAX_DISK_BYTES });
      if (isReadable) {
        const refused = faults.filter(({ code }) => code.startsWith("disk."));
        assert.deepEqual(refused, [], `iteration ${iteration}`);
      } else {
        assert.ok(
          faults.some(({ severity }) => severity === "error"),
          `iteration ${iteration}`,
        );
      }
    }
    assert.ok(readable > 0 && readable < iterations);
  });
}
