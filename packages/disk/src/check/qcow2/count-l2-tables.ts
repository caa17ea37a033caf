import { inOrder } from "../../pipeline/in-order.ts";
import { decodeL2 } from "../../qcow2/decode-l2.ts";
import { RunList } from "../../qcow2/run-list.ts";
import { isRefusal } from "../fault-list.ts";
import type { Stretch } from "./cluster-use.ts";
import { noteCopiedFlag } from "./count-l1.ts";
import type { L2References } from "./count-l1.ts";
import { addError } from "./qcow2-check.ts";
import type { Qcow2Check } from "./qcow2-check.ts";
import { readWords } from "./read-words.ts";

/** Tables that are being read. */
const READS_AT_A_TIME = 4;

/** Entries that are decoded at a time: with subclusters each may be 32 runs. */
const ENTRIES_PER_BATCH = 4096;

/** An L2 table, and how often it is named. */
interface L2Table {
  readonly offset: number;
  readonly view: DataView;
  readonly byActive: number;
  readonly byAll: number;
}

/** An entry whose place in the file was read without asking whether it can be. */
interface L2Entry {
  readonly index: number;
  readonly isCopied: boolean;
  readonly isCompressed: boolean;
  readonly stretch: Stretch;
}

/**
 * Notes the use of every cluster that the L2 tables name, each table once however many L1 tables share it, and reports each bad entry.
 *
 * Memory  4 tables, the runs of 4,096 entries
 * Throws  disk.io, the signal's reason
 * Source  QEMU docs/interop/qcow2, "L2 table entry"
 */
export async function countL2Tables(check: Qcow2Check, references: L2References): Promise<void> {
  for await (const table of inOrder(tablesOf(check, references), (place) => readTable(check, place), READS_AT_A_TIME)) {
    check.signal?.throwIfAborted();
    const bad = await reportBadEntries(check, table);
    for (const entry of entriesOf(check, table)) {
      countEntry(check, table, { ...entry, isBad: bad.has(entry.index) });
    }
  }
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
async function reportBadEntries(check: Qcow2Check, table: L2Table): Promise<ReadonlySet<number>> {
  const { clusterSize, l2EntryBytes } = check.header;
  const entries = clusterSize / l2EntryBytes;
  const bad = new Set<number>();
  let tableStart: number | undefined;
  for (let from = 0; from < entries; from += ENTRIES_PER_BATCH) {
    const to = Math.min(entries, from + ENTRIES_PER_BATCH);
    if (refusalOf(check, table, { from, to }) === undefined) {
      continue;
    }
    tableStart ??= await guestStartOf(check, table);
    for (let index = from; index < to; index += 1) {
      const message = refusalOf(check, table, { from: index, to: index + 1 });
      if (message !== undefined) {
        bad.add(index);
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
async function guestStartOf({ source, header, books, signal }: Qcow2Check, table: L2Table): Promise<number | undefined> {
  if (table.byActive > 0) {
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

/** The entries that name a place. */
function* entriesOf({ header }: Qcow2Check, { view }: L2Table): Generator<L2Entry> {
  const { clusterBits, clusterSize, l2EntryBytes } = header;
  const sectorsShift = 62 - (clusterBits - 8) - 32;
  for (let index = 0; index < clusterSize / l2EntryBytes; index += 1) {
    const high = view.getUint32(index * l2EntryBytes);
    const low = view.getUint32(index * l2EntryBytes + 4);
    const isCopied = high >= 0x8000_0000;
    if ((high & 0x4000_0000) !== 0) {
      const offset = (high & (2 ** sectorsShift - 1)) * 0x1_0000_0000 + low;
      const furtherSectors = (high & 0x3fff_ffff) >>> sectorsShift;
      yield { index, isCopied, isCompressed: true, stretch: { offset, length: (furtherSectors + 1) * 512 - (offset % 512) } };
    } else if ((high & 0x00ff_ffff) !== 0 || low >= 0x200) {
      const offset = (high & 0x00ff_ffff) * 0x1_0000_0000 + ((low & ~0x1ff) >>> 0);
      yield { index, isCopied, isCompressed: false, stretch: { offset, length: clusterSize } };
    }
  }
}

function countEntry(check: Qcow2Check, table: L2Table, entry: L2Entry & { readonly isBad: boolean }): void {
  const { use, tally, header, stored } = check;
  const { index, isCopied, isCompressed, stretch } = entry;
  const place = { fileOffset: table.offset + index * header.l2EntryBytes };
  tally.allocatedClusters += table.byActive;
  if (!use.refer(stretch, isCompressed ? "compressed data" : "data", table.byAll) && !entry.isBad) {
    addError(check, `${nameOf(table, index)} names ${stretch.length} bytes at ${stretch.offset}, behind the end of the file.`, place);
  }
  if (!isCompressed) {
    const count = stored.get(Math.floor(stretch.offset / header.clusterSize));
    noteCopiedFlag(check, { ...place, isSet: isCopied, count, times: table.byActive });
    return;
  }
  tally.compressedClusters += table.byActive;
  if (isCopied) {
    addError(check, `${nameOf(table, index)} has the "copied" flag over a compressed cluster, which never has one owner.`, place);
  }
  if (header.l2EntryBytes === 16 && (table.view.getUint32(index * 16 + 8) !== 0 || table.view.getUint32(index * 16 + 12) !== 0)) {
    addError(check, `${nameOf(table, index)} has subclusters in a compressed cluster.`, place);
  }
}

function nameOf(table: L2Table, index: number): string {
  return `L2 entry ${index} of the table at ${table.offset}`;
}
