import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { CheckOptions } from "./check-report.ts";
import { isRefusal } from "./fault-list.ts";
import type { FaultList } from "./fault-list.ts";

/** What a walk over a disk's map saw. Units: bytes of the guest's disk. */
export interface WalkedMap {
  readonly checkedBytes: number;
  readonly dataBytes: number;
}

/**
 * Walks a disk's whole map, which makes its codec check every entry of its tables, up to the first that it refuses.
 *
 * Memory  what the disk needs
 * Throws  disk.io, the signal's reason; a refusal becomes a fault when no error was found before, since it would say the same again
 */
export async function walkMap(disk: VirtualDisk, faults: FaultList, { signal, readData, onProgress }: CheckOptions): Promise<WalkedMap> {
  let checkedBytes = 0;
  let dataBytes = 0;
  try {
    for await (const { offset, length, kind } of disk.extents({ signal })) {
      signal?.throwIfAborted();
      checkedBytes = offset + length;
      dataBytes += kind === "data" ? length : 0;
      if (readData !== true) {
        onProgress?.({ doneBytes: checkedBytes, totalBytes: disk.virtualSizeBytes });
      }
    }
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    if (faults.errors === 0) {
      faults.addRefusal(error, { diskOffset: checkedBytes });
    }
  }
  return { checkedBytes, dataBytes };
}
