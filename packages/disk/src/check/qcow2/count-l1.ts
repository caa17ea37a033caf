import type { ClusterNumbers } from "./cluster-numbers.ts";
import { addError } from "./qcow2-check.ts";
import type { Qcow2Check } from "./qcow2-check.ts";
import { readWords } from "./read-words.ts";
import type { Stretch } from "./read-words.ts";

/** How often the L2 table in each cluster is named: by the active L1 table, and by all. */
export interface L2References {
  readonly byActive: ClusterNumbers;
  readonly byAll: ClusterNumbers;
}

/** An L1 table. `name` is for messages; the active one has its "copied" flags checked. */
export interface L1Table extends Stretch {
  readonly name: string;
  readonly isActive: boolean;
}

/**
 * Notes the use of an L1 table and of the L2 tables it names, and reports entries that name what cannot be one.
 *
 * Memory  1 MiB of the table
 * Throws  disk.io, the signal's reason
 * Source  QEMU docs/interop/qcow2, "L1 table entry"
 */
export async function countL1(check: Qcow2Check, table: L1Table, references: L2References): Promise<void> {
  const { source, use, stored, signal } = check;
  const { clusterSize } = check.header;
  if (!use.refer(table.offset, table.length, "L1 table")) {
    addError(check, `The ${table.name} has ${table.length} bytes at ${table.offset}, and the file ends at ${source.lengthBytes}.`, {
      fileOffset: table.offset,
    });
  }
  for await (const { index, high, low } of readWords(source, table, { signal })) {
    const offset = (high & 0x00ff_ffff) * 0x1_0000_0000 + ((low & ~0x1ff) >>> 0);
    const place = { fileOffset: table.offset + index * 8 };
    const names = `Entry ${index} of the ${table.name} names an L2 table at ${offset}`;
    if ((high & 0x7f00_0000) !== 0 || (low & 0x1ff) !== 0) {
      addError(check, `Entry ${index} of the ${table.name} has reserved bits set.`, place);
    }
    if (offset === 0) {
      continue;
    }
    const cluster = Math.floor(offset / clusterSize);
    if (high >= 0x8000_0000 !== (stored.get(cluster) === 1)) {
      addCopiedMismatches(check, table.isActive ? 1 : 0, place.fileOffset);
    }
    if (offset % clusterSize !== 0) {
      addError(check, `${names}, which is no cluster.`, place);
    } else if (!use.refer(offset, clusterSize, "L2 table")) {
      addError(check, `${names}, and the file ends at ${source.lengthBytes}.`, place);
    } else {
      references.byAll.add(cluster, 1);
      references.byActive.add(cluster, table.isActive ? 1 : 0);
    }
  }
}

/**
 * Counts entries whose "copied" flag does not say what the count says: that the cluster has one owner, who may write to it. Tables that only
 * snapshots have are no active ones, and their flags mean nothing.
 */
export function addCopiedMismatches({ tally }: Qcow2Check, activeEntries: number, fileOffset: number): void {
  if (activeEntries > 0) {
    tally.copiedMismatches += activeEntries;
    tally.corruptions += activeEntries;
    tally.firstCopiedMismatch ??= fileOffset;
  }
}
