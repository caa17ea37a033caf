import { DiskError } from "../core/disk-error.ts";
import type { Qcow2Header } from "./qcow2-header.ts";
import type { RunList } from "../mapped/run-list.ts";

const BIT_COMPRESSED = 0x4000_0000;
/** Bits 56 to 61 of a standard entry, in its high word. */
const RESERVED_HIGH = 0x3f00_0000;
const OFFSET_HIGH = 0x00ff_ffff;
const WORD = 0x1_0000_0000;
const ALL_SUBCLUSTERS = 0xffff_ffff;
const SUBCLUSTERS = 32;

/** Where a table lies and what its entries are measured against. */
export interface L2Context {
  readonly header: Qcow2Header;
  /** Length of the whole file in bytes. */
  readonly fileBytes: number;
  /** Place of the table in the file, for messages. */
  readonly tableOffset: number;
  /** Number in the table of the first entry that is there. Default 0. */
  readonly firstEntry?: number;
}

/**
 * Turns entries `[from, to)` of one L2 table, or of a part of one, into runs. Works on 32-bit words, because a disk of 10 GiB has 160,000 entries.
 *
 * Throws  disk.corrupt (reserved bits, misaligned offset, zero flag in version 2, contradicting subclusters), disk.truncated (behind the file's end)
 * Source  QEMU docs/interop/qcow2, "L2 table entry", "Standard Cluster Descriptor", "Compressed Clusters Descriptor", "Extended L2 Entries"
 */
export function decodeL2(table: DataView, range: { readonly from: number; readonly to: number }, context: L2Context, runs: RunList): void {
  const { clusterSize, l2EntryBytes } = context.header;
  for (let index = range.from; index < range.to; index += 1) {
    const high = table.getUint32(index * l2EntryBytes);
    const low = table.getUint32(index * l2EntryBytes + 4);
    if ((high & BIT_COMPRESSED) !== 0) {
      addCompressed({ high, low, index }, context, runs);
    } else if (l2EntryBytes === 16) {
      addSubclusters({ high, low, index }, table, context, runs);
    } else if (low === 0 && (high & ~0x8000_0000) === 0) {
      runs.addEmpty("hole", clusterSize);
    } else {
      addStandard({ high, low, index }, context, runs);
    }
  }
}

/** One entry's first eight bytes, and its number among those that are there. */
interface Entry {
  readonly high: number;
  readonly low: number;
  readonly index: number;
}

function addStandard(entry: Entry, context: L2Context, runs: RunList): void {
  const { clusterSize, version } = context.header;
  const readsAsZero = (entry.low & 1) !== 0;
  const hostOffset = standardOffset(entry.high, (entry.low & ~1) >>> 0);
  if (!isClusterOffset(entry.high, (entry.low & ~1) >>> 0, clusterSize) || (readsAsZero && version === 2)) {
    throw damaged(entry, context, "reserved or misaligned bits are set");
  }
  if (readsAsZero) {
    runs.addEmpty("zero", clusterSize);
  } else {
    refuseBehindEnd(hostOffset, entry, context);
    runs.addData(clusterSize, hostOffset);
  }
}

function addSubclusters(entry: Entry, table: DataView, context: L2Context, runs: RunList): void {
  const { clusterSize } = context.header;
  const zeros = table.getUint32(entry.index * 16 + 8);
  const stored = table.getUint32(entry.index * 16 + 12);
  const hostOffset = standardOffset(entry.high, entry.low);
  if (!isClusterOffset(entry.high, entry.low, clusterSize)) {
    throw damaged(entry, context, "reserved or misaligned bits are set");
  }
  if ((zeros & stored) !== 0) {
    throw damaged(entry, context, "a subcluster is both stored and zero");
  }
  if (stored !== 0 && hostOffset === 0) {
    throw damaged(entry, context, "subclusters are stored nowhere");
  }
  if (stored !== 0) {
    refuseBehindEnd(hostOffset, entry, context);
  }
  if (stored === ALL_SUBCLUSTERS) {
    runs.addData(clusterSize, hostOffset);
    return;
  }
  const length = clusterSize / SUBCLUSTERS;
  for (let sub = 0; sub < SUBCLUSTERS; sub += 1) {
    if ((stored & (1 << sub)) !== 0) {
      runs.addData(length, hostOffset + sub * length);
    } else {
      runs.addEmpty((zeros & (1 << sub)) === 0 ? "hole" : "zero", length);
    }
  }
}

function addCompressed(entry: Entry, context: L2Context, runs: RunList): void {
  const { clusterBits, clusterSize } = context.header;
  // The offset takes the low x bits; the bits from x to 61 count further sectors of 512 bytes. x is at least 49, so it ends in the high word.
  const offsetBitsInHigh = 62 - (clusterBits - 8) - 32;
  const hostOffset = (entry.high & (2 ** offsetBitsInHigh - 1)) * WORD + entry.low;
  const furtherSectors = (entry.high & ~(BIT_COMPRESSED | 0x8000_0000)) >>> offsetBitsInHigh;
  const hostEnd = hostOffset - (hostOffset % 512) + (furtherSectors + 1) * 512;
  if (hostOffset < clusterSize) {
    throw damaged(entry, context, "a compressed cluster lies inside the header");
  }
  refuseBehindEnd(hostOffset, entry, context);
  runs.addCompressed(clusterSize, hostOffset, Math.min(hostEnd, context.fileBytes) - hostOffset);
}

function standardOffset(high: number, low: number): number {
  return (high & OFFSET_HIGH) * WORD + low;
}

function isClusterOffset(high: number, low: number, clusterSize: number): boolean {
  return (high & RESERVED_HIGH) === 0 && (low & (clusterSize - 1)) === 0;
}

function refuseBehindEnd(hostOffset: number, entry: Entry, context: L2Context): void {
  if (hostOffset >= context.fileBytes) {
    throw new DiskError(
      "disk.truncated",
      `${nameOf(entry, context)} names data at ${hostOffset}, and the file ends at ${context.fileBytes}.`,
      {
        remedy: "Copy or upload the file again, completely.",
      },
    );
  }
}

function damaged(entry: Entry, context: L2Context, what: string): DiskError {
  const word = entry.high.toString(16).padStart(8, "0") + entry.low.toString(16).padStart(8, "0");
  return new DiskError("disk.corrupt", `${nameOf(entry, context)} (${word}) is damaged: ${what}.`);
}

function nameOf(entry: Entry, context: L2Context): string {
  return `L2 entry ${(context.firstEntry ?? 0) + entry.index} of the table at ${context.tableOffset}`;
}
