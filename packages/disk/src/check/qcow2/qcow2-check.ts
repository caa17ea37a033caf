import type { ByteSource } from "../../core/byte-source.ts";
import type { HeaderExtensions } from "../../qcow2/header-extensions.ts";
import type { Qcow2Header } from "../../qcow2/qcow2-header.ts";
import type { FaultList } from "../fault-list.ts";
import type { ClusterNumbers } from "./cluster-numbers.ts";
import type { ClusterUse } from "./cluster-use.ts";
import type { Stretch } from "./read-words.ts";

/** Where a header says that the parts are which only the keeping of books needs. */
export interface Bookkeeping {
  /** The active L1 table with all its entries, also those that the disk's size does not need. */
  readonly l1: Stretch;
  readonly refcountTable: Stretch;
  readonly snapshotsOffset: number;
  /** Undefined also when the bitmaps were declared out of date. */
  readonly bitmapDirectory: Stretch | undefined;
  readonly bitmapCount: number;
}

/** What is counted while a check goes on. */
export interface Qcow2Tally {
  /** Errors as other checkers count them: one for each bad entry, and each cluster whose count is too low. */
  corruptions: number;
  /** Clusters whose count is too high. */
  leaks: number;
  /** Clusters that are counted and used by nothing. */
  leakedClusters: number;
  /** Entries whose "copied" flag is at odds with the count; part of `corruptions`. */
  copiedMismatches: number;
  firstCopiedMismatch: number | undefined;
  allocatedClusters: number;
  compressedClusters: number;
  /** The last cluster that is counted or used. */
  lastCluster: number;
}

/** A check under way. */
export interface Qcow2Check {
  readonly source: ByteSource;
  readonly header: Qcow2Header;
  readonly books: Bookkeeping;
  /** Clusters that the file has, the last one perhaps cut short. */
  readonly clusters: number;
  readonly use: ClusterUse;
  /** Counts as the file has them. */
  readonly stored: ClusterNumbers;
  readonly faults: FaultList;
  readonly tally: Qcow2Tally;
  readonly signal: AbortSignal | undefined;
}

/** Finds the parts in a header that `parseHeader` accepted. */
export function readBookkeeping(head: Uint8Array, header: Qcow2Header, extensions: HeaderExtensions): Bookkeeping {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const hasBitmaps = header.version === 3 && (view.getUint32(92) & 1) !== 0;
  return {
    l1: { offset: header.l1Offset, length: view.getUint32(36) * 8 },
    refcountTable: { offset: Number(view.getBigUint64(48)), length: view.getUint32(56) * header.clusterSize },
    snapshotsOffset: Number(view.getBigUint64(64)),
    bitmapDirectory: hasBitmaps ? extensions.bitmapDirectory : undefined,
    bitmapCount: extensions.bitmapCount,
  };
}

/** Adds an error that counts as one, with its place in the file. */
export function addError({ faults, tally }: Qcow2Check, message: string, place: { fileOffset: number; diskOffset?: number }): void {
  tally.corruptions += 1;
  faults.add({ code: "qcow2.metadata", message, ...place, severity: "error" });
}
