import type { Extent } from "../core/byte-source.ts";
import type { DiskError } from "../core/disk-error.ts";
import { fillFrom } from "../core/fill-from.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { inOrder } from "../pipeline/in-order.ts";
import { BLOCK_BYTES } from "../pipeline/pace.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import type { CheckOptions } from "./check-report.ts";
import { isRefusal } from "./fault-list.ts";
import type { FaultList } from "./fault-list.ts";
import type { WalkedMap } from "./walk-map.ts";

/** Reads under way: as many as a codec fetches and decompresses side by side. */
const READS_AT_A_TIME = 4;

/** The ends of an unreadable range are found this exactly. */
const LEAST_READ_BYTES = 64 * 1024;

/** Where the map could not be walked, this much is tried without knowing what is data: enough for most disks, and no more than minutes. */
const MAX_BLIND_BYTES = 256 * 1024 ** 3;

/** A stretch that could not be read. */
interface Unreadable {
  readonly offset: number;
  readonly end: number;
  readonly error: DiskError;
}

/**
 * Reads all data of a disk, and reports each range that cannot be read; what lies behind it is read again. Where the map could not be walked,
 * up to 256 GiB are tried blindly.
 *
 * Units   bytes of the guest's disk; answers how many could be read
 * Memory  4 blocks of 2 MiB, and what the disk needs
 * Throws  disk.io, the signal's reason
 */
export async function readAllData(disk: VirtualDisk, walked: WalkedMap, faults: FaultList, options: CheckOptions): Promise<number> {
  const buffers = new BufferPool(BLOCK_BYTES, READS_AT_A_TIME);
  const report = progressReport(walked.dataBytes, options);
  let readBytes = 0;
  let pending: Unreadable | undefined;
  const read = async (block: Extent): Promise<{ readonly block: Extent; readonly unreadable: readonly Unreadable[] }> => {
    const buffer = buffers.take();
    try {
      return { block, unreadable: await unreadableOf({ disk, buffer, options }, block.offset, block.offset + block.length) };
    } finally {
      buffers.give(buffer);
    }
  };
  for await (const { block, unreadable } of inOrder(blocksOf(disk, walked, options), read, READS_AT_A_TIME)) {
    readBytes += block.length;
    for (const range of unreadable) {
      readBytes -= range.end - range.offset;
      if (pending !== undefined && pending.end === range.offset && pending.error.code === range.error.code) {
        pending = { ...pending, end: range.end };
      } else {
        addUnreadable(pending, faults);
        pending = range;
      }
    }
    report(block.length);
  }
  addUnreadable(pending, faults);
  return readBytes;
}

function addUnreadable(range: Unreadable | undefined, faults: FaultList): void {
  if (range !== undefined) {
    const message = `The ${range.end - range.offset} bytes at ${range.offset} of the disk cannot be read. ${range.error.message}`;
    faults.add({ code: range.error.code, message, diskOffset: range.offset, severity: "error" });
  }
}

/** The data of the disk in blocks, and what lies behind the place up to which its map could be walked. */
async function* blocksOf(disk: VirtualDisk, { checkedBytes }: WalkedMap, { signal }: CheckOptions): AsyncGenerator<Extent> {
  if (checkedBytes > 0) {
    for await (const extent of disk.extents({ signal })) {
      yield* inBlocks(extent);
      // Behind this the map was refused, and would be again.
      if (extent.offset + extent.length >= checkedBytes) {
        break;
      }
    }
  }
  yield* inBlocks({ offset: checkedBytes, length: Math.min(disk.virtualSizeBytes - checkedBytes, MAX_BLIND_BYTES), kind: "data" });
}

function* inBlocks({ offset, length, kind }: Extent): Generator<Extent> {
  const dataBytes = kind === "data" ? length : 0;
  for (let done = 0; done < dataBytes; done += BLOCK_BYTES) {
    yield { offset: offset + done, length: Math.min(BLOCK_BYTES, dataBytes - done), kind };
  }
}

/** What of `[from, to)` cannot be read, found by halving. */
async function unreadableOf(
  reading: { readonly disk: VirtualDisk; readonly buffer: Uint8Array; readonly options: CheckOptions },
  from: number,
  to: number,
): Promise<readonly Unreadable[]> {
  const { signal } = reading.options;
  signal?.throwIfAborted();
  try {
    await fillFrom(reading.disk, reading.buffer.subarray(0, to - from), from, { signal });
    return [];
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    if (to - from <= LEAST_READ_BYTES) {
      return [{ offset: from, end: to, error }];
    }
    const middle = from + Math.ceil((to - from) / 2 / LEAST_READ_BYTES) * LEAST_READ_BYTES;
    return [...(await unreadableOf(reading, from, middle)), ...(await unreadableOf(reading, middle, to))];
  }
}
