import { inOrder } from "../../pipeline/in-order.ts";
import { decodeL2 } from "../../qcow2/decode-l2.ts";
import { RunList } from "../../mapped/run-list.ts";
import { isRefusal } from "../fault-list.ts";
import { addCopiedMismatches } from "./count-l1.ts";
import type { L2References } from "./count-l1.ts";
import { addError } from "./qcow2-check.ts";
import type { Qcow2Check } from "./qcow2-check.ts";
import { readWords } from "./read-words.ts";
import type { Word } from "./read-words.ts";

/** Tables that are being read. */
const READS_AT_A_TIME = 4;

/** Entries that are decoded at a time: with subclusters each may be 32 runs. */
const ENTRIES_PER_BATCH = 4096;

/** Bad entries after which nothing more is learnt from looking on: judging each takes 10 µs. */
const MAX_BAD_ENTRIES = 100_000;

/** Bytes of L1 table that are read again to tell where on the disk bad entries are: without a ceiling, many bad tables would take hours. */
const MAX_SOUGHT_BYTES = 256 * 1024 * 1024;

/** An L2 table, and how often it is named. */
interface L2Table {
  readonly offset: number;
  readonly view: DataView;
  readonly byActive: number;
  readonly byAll: number;
}

/**
 * Notes the use of every cluster that the L2 tables name, each table once however many L1 tables share it, and reports each bad entry.
 * Answers false when it gave up over too many of them.
 *
 * Memory  4 tables, the runs of 4,096 entries
 * Throws  disk.io, the signal's reason
 * Source  QEMU docs/interop/qcow2, "L2 table entry"
 */
export async function countL2Tables(check: Qcow2Check, references: L2References): Promise<boolean> {
  const judgement: Judgement = { badEntries: 0, soughtBytes: 0 };
  for await (const table of inOrder(tablesOf(check, references), (place) => readTable(check, place), READS_AT_A_TIME)) {
    check.signal?.throwIfAborted();
    const bad = await reportBadEntries(check, table, judgement);
    if (judgement.badEntries > MAX_BAD_ENTRIES) {
      return false;
    }
    countEntries(check, table, bad);
  }
  return true;
}

/** What judging has cost so far. */
interface Judgement {
  badEntries: number;
  soughtBytes: number;
}

type TablePlace = Omit<L2Table, "view">;

async function* tablesOf({ header, clusters }: Qcow2Check, { byActive, byAll }: L2References): AsyncGenerator<TablePlace> {
  for (let cluster = byAll.next(0); cluster < clusters; cluster = byAll.next(cluster + 1)) {
    if (byAll.get(cluster) > 0) {
      yield { offset: cluster * header.clusterSize, byActive: byActive.get(cluster), byAll: byAll.get(cluster) };
    }
  }
}

/** What the file does not hold of its last cluster is zeros. */
async function readTable({ source, header, signal }: Qcow2Check, place: TablePlace): Promise<L2Table> {
  const bytes = Buffer.alloc(header.clusterSize);
  bytes.set(await source.read(place.offset, Math.min(header.clusterSize, source.lengthBytes - place.offset), { signal }));
  return { ...place, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

/** Lets the reader's decoder judge all entries; answers which ones it refuses. */
async function reportBadEntries(check: Qcow2Check, table: L2Table, judgement: Judgement): Promise<ReadonlySet<number>> {
  const { clusterSize, l2EntryBytes } = check.header;
  const entries = clusterSize / l2EntryBytes;
  const bad = new Set<number>();
  let tableStart: number | undefined;
  for (let from = 0; from < entries; from += ENTRIES_PER_BATCH) {
    const to = Math.min(entries, from + ENTRIES_PER_BATCH);
    if (refusalOf(check, table, { from, to }) === undefined) {
      continue;
    }
    tableStart ??= await guestStartOf(check, table, judgement);
    for (let index = from; index < to; index += 1) {
      const message = refusalOf(check, table, { from: index, to: index + 1 });
      if (message !== undefined) {
        bad.add(index);
        judgement.badEntries += 1;
        addError(check, message, placeOf(check, table, { index, tableStart }));
      }
    }
  }
  return bad;
}

function refusalOf({ source, header }: Qcow2Check, table: L2Table, range: { from: number; to: number }): string | undefined {
  try {
    decodeL2(table.view, range, { header, fileBytes: source.lengthBytes, tableOffset: table.offset }, new RunList(0));
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    return error.message;
  }
}

/** Where on the guest's disk a table begins; undefined when only snapshots have it. Looked up anew, since few tables are bad. */
async function guestStartOf(check: Qcow2Check, table: L2Table, judgement: Judgement): Promise<number | undefined> {
  const { source, header, books, signal } = check;
  if (table.byActive > 0 && judgement.soughtBytes <= MAX_SOUGHT_BYTES) {
    judgement.soughtBytes += books.l1.length;
    for await (const { index, high, low } of readWords(source, books.l1, { signal })) {
      if ((high & 0x00ff_ffff) * 0x1_0000_0000 + ((low & ~0x1ff) >>> 0) === table.offset) {
        return index * (header.clusterSize / header.l2EntryBytes) * header.clusterSize;
      }
    }
  }
  return undefined;
}

function placeOf(
  { header }: Qcow2Check,
  table: L2Table,
  { index, tableStart }: { index: number; tableStart: number | undefined },
): { fileOffset: number; diskOffset?: number } {
  const fileOffset = table.offset + index * header.l2EntryBytes;
  return tableStart === undefined ? { fileOffset } : { fileOffset, diskOffset: tableStart + index * header.clusterSize };
}

/** Notes what the entries name. A 1 TiB disk has 16 million of them, so nothing is made for each. */
function countEntries(check: Qcow2Check, table: L2Table, bad: ReadonlySet<number>): void {
  const { view, byActive, byAll } = table;
  const { use, stored, tally } = check;
  const { clusterSize, l2EntryBytes } = check.header;
  const entries = clusterSize / l2EntryBytes;
  for (let index = 0; index < entries; index += 1) {
    const high = view.getUint32(index * l2EntryBytes);
    const low = view.getUint32(index * l2EntryBytes + 4);
    if ((high & 0x4000_0000) !== 0) {
      countCompressed(check, table, { index, high, low });
      continue;
    }
    const offset = (high & 0x00ff_ffff) * 0x1_0000_0000 + ((low & ~0x1ff) >>> 0);
    if (offset === 0) {
      continue;
    }
    tally.allocatedClusters += byActive;
    if (!use.refer(offset, clusterSize, "data", byAll) && !bad.has(index)) {
      reportBehindEnd(check, table, { index, offset });
    }
    if (high >= 0x8000_0000 !== (stored.get(Math.floor(offset / clusterSize)) === 1)) {
      addCopiedMismatches(check, byActive, table.offset + index * l2EntryBytes);
    }
  }
}

function countCompressed(check: Qcow2Check, table: L2Table, { index, high, low }: Word): void {
  const { use, tally } = check;
  const { clusterBits, l2EntryBytes } = check.header;
  // The offset takes the low bits, and the number of further sectors of 512 bytes those up to 61.
  const offsetBitsInHigh = 62 - (clusterBits - 8) - 32;
  const offset = (high & (2 ** offsetBitsInHigh - 1)) * 0x1_0000_0000 + low;
  const furtherSectors = (high & 0x3fff_ffff) >>> offsetBitsInHigh;
  const place = { fileOffset: table.offset + index * l2EntryBytes };
  tally.allocatedClusters += table.byActive;
  tally.compressedClusters += table.byActive;
  const isInside = use.refer(offset, (furtherSectors + 1) * 512 - (offset % 512), "compressed data", table.byAll);
  // One that begins behind the end was refused by the decoder.
  if (!isInside && offset < check.source.lengthBytes) {
    reportBehindEnd(check, table, { index, offset });
  }
  if (high >= 0x8000_0000) {
    addError(check, `${nameOf(table, index)} has the "copied" flag over a compressed cluster, which never has one owner.`, place);
  }
  if (l2EntryBytes === 16 && (table.view.getUint32(index * 16 + 8) !== 0 || table.view.getUint32(index * 16 + 12) !== 0)) {
    addError(check, `${nameOf(table, index)} has subclusters in a compressed cluster.`, place);
  }
}

function reportBehindEnd(check: Qcow2Check, table: L2Table, { index, offset }: { index: number; offset: number }): void {
  const fileOffset = table.offset + index * check.header.l2EntryBytes;
  addError(check, `${nameOf(table, index)} names bytes at ${offset} that reach over the end of the file.`, { fileOffset });
}

function nameOf(table: L2Table, index: number): string {
  return `L2 entry ${index} of the table at ${table.offset}`;
}
