import type { ByteSource } from "../../core/byte-source.ts";
import type { DiskWarning } from "../../core/virtual-disk.ts";
import { readHeaderExtensions } from "../../qcow2/header-extensions.ts";
import { parseHeader } from "../../qcow2/parse-header.ts";
import type { CheckOptions } from "../check-report.ts";
import type { FaultList } from "../fault-list.ts";
import type { StructureCheck } from "../structure-check.ts";
import { ClusterNumbers } from "./cluster-numbers.ts";
import { ClusterUse } from "./cluster-use.ts";
import { compareCounts } from "./compare-counts.ts";
import { countBitmaps } from "./count-bitmaps.ts";
import { countL1 } from "./count-l1.ts";
import { countL2Tables } from "./count-l2-tables.ts";
import { addError, readBookkeeping } from "./qcow2-check.ts";
import type { Qcow2Check, Qcow2Tally } from "./qcow2-check.ts";
import { readSnapshots } from "./read-snapshots.ts";
import { readStoredCounts } from "./read-stored-counts.ts";

/** Clusters of a file that are kept count of: 2 TiB in clusters of 64 KiB. */
const MAX_CLUSTERS = 2 ** 25;

/**
 * Recomputes every count of a qcow2 image from what its tables name, in the active state, the internal snapshots and the bitmaps, and
 * compares it with the counts that the file has. Goes on behind each bad entry.
 *
 * Memory  6 bytes for each cluster of the file that is counted or used, at most 192 MiB, and 4 for each that is an L2 table; the bitmaps'
 *         directory, at most 64 MiB; 4 L2 tables
 * Throws  what `parseHeader` and `readHeaderExtensions` throw; disk.io, the signal's reason
 * Source  QEMU docs/interop/qcow2
 */
export async function checkQcow2(source: ByteSource, faults: FaultList, options: CheckOptions): Promise<StructureCheck> {
  const { signal } = options;
  const fileBytes = source.lengthBytes;
  const fields = await source.read(0, Math.min(112, fileBytes), { signal });
  const header = parseHeader(fields, {
    fileBytes,
    maxVirtualSizeBytes: options.maxVirtualSizeBytes,
    backingIsGiven: options.parent !== undefined,
  });
  const { clusterSize, sizeBytes } = header;
  const head = await source.read(0, Math.min(clusterSize, fileBytes), { signal });
  const books = readBookkeeping(fields, header, readHeaderExtensions(head, header));
  const clusters = Math.ceil(fileBytes / clusterSize);
  if (clusters > MAX_CLUSTERS) {
    const message = `The file has ${clusters} clusters; counts are compared up to ${MAX_CLUSTERS}.`;
    return { warnings: [{ code: "qcow2.countsNotCompared", message }], facts: {} };
  }
  const tally = newTally();
  const use = new ClusterUse({ clusterSize, fileBytes, clusters });
  const check: Qcow2Check = { source, header, books, clusters, use, stored: new ClusterNumbers(clusters), faults, tally, signal };
  const isComplete = await countAll(check);
  if (!isComplete) {
    const message = "The tables have too many bad entries; counts were not compared.";
    return { warnings: [{ code: "qcow2.countsNotCompared", message }], facts: { corruptions: tally.corruptions } };
  }
  return {
    warnings: copiedWarnings(tally),
    leakedBytes: tally.leakedClusters * clusterSize,
    facts: {
      totalClusters: Math.ceil(sizeBytes / clusterSize),
      allocatedClusters: tally.allocatedClusters,
      compressedClusters: tally.compressedClusters,
      imageEndOffsetBytes: (tally.lastCluster + 1) * clusterSize,
      corruptions: tally.corruptions,
      leaks: tally.leaks,
      copiedMismatches: tally.copiedMismatches,
    },
  };
}

/** Answers false when it gave up. */
async function countAll(check: Qcow2Check): Promise<boolean> {
  const { books, use, clusters, header } = check;
  const references = { byActive: new ClusterNumbers(clusters), byAll: new ClusterNumbers(clusters) };
  if (!use.refer(0, header.clusterSize, "header")) {
    addError(check, "The file ends inside its header.", { fileOffset: 0 });
  }
  await readStoredCounts(check);
  await countL1(check, { ...books.l1, name: "L1 table", isActive: true }, references);
  for (const table of await readSnapshots(check)) {
    await countL1(check, table, references);
  }
  await countBitmaps(check);
  const isComplete = await countL2Tables(check, references);
  if (isComplete) {
    await compareCounts(check, references);
  }
  return isComplete;
}

function newTally(): Qcow2Tally {
  return {
    corruptions: 0,
    leaks: 0,
    leakedClusters: 0,
    copiedMismatches: 0,
    firstCopiedMismatch: undefined,
    allocatedClusters: 0,
    compressedClusters: 0,
    lastCluster: 0,
  };
}

function copiedWarnings({ copiedMismatches, firstCopiedMismatch }: Qcow2Tally): readonly DiskWarning[] {
  if (copiedMismatches === 0) {
    return [];
  }
  const message = `${copiedMismatches} table entries have a "copied" flag that is at odds with the count of their cluster, the first at ${firstCopiedMismatch}.`;
  return [{ code: "qcow2.copiedFlags", message: `${message} Reading does not mind; a program that writes to the image might.` }];
}
