import { readU64 } from "../../core/read-u64.ts";
import type { L1Table } from "./count-l1.ts";
import { addError } from "./qcow2-check.ts";
import type { Qcow2Check } from "./qcow2-check.ts";

/** Bytes of the table that are read at a time. */
const READ_BYTES = 64 * 1024;

/** Fixed part of an entry. */
const ENTRY_BYTES = 40;

/** What version 3 demands behind it: the size of the machine's state and of the disk, 64 bits each. */
const EXTRA_BYTES_V3 = 16;

/**
 * Walks the table of internal snapshots, notes its use, and answers their L1 tables. Together those are no longer than the file: each has
 * clusters of its own.
 *
 * Memory  64 KiB, and a small object for each of at most 65,536 snapshots
 * Throws  disk.io, the signal's reason
 * Source  QEMU docs/interop/qcow2, "Snapshots"
 */
export async function readSnapshots(check: Qcow2Check): Promise<readonly L1Table[]> {
  const { source, header, books, use, signal } = check;
  const tables: L1Table[] = [];
  let window = { start: 0, bytes: new Uint8Array(0) };
  let l1Bytes = 0;
  let at = books.snapshotsOffset;
  for (let index = 0; index < header.snapshotCount; index += 1) {
    if (at + ENTRY_BYTES > source.lengthBytes) {
      const message = `The entry of snapshot ${index + 1} is to be at ${at}, and the file ends at ${source.lengthBytes}.`;
      addError(check, message, { fileOffset: books.snapshotsOffset });
      break;
    }
    if (at < window.start || at + ENTRY_BYTES > window.start + window.bytes.length) {
      window = { start: at, bytes: new Uint8Array(await source.read(at, Math.min(READ_BYTES, source.lengthBytes - at), { signal })) };
    }
    const entry = parseEntry(new DataView(window.bytes.buffer, window.bytes.byteOffset + at - window.start, ENTRY_BYTES));
    if (header.version === 3 && entry.extraBytes < EXTRA_BYTES_V3) {
      addError(check, `The entry of snapshot ${index + 1} lacks the fields that version 3 demands.`, { fileOffset: at });
    }
    l1Bytes += entry.l1Length;
    if (l1Bytes > source.lengthBytes) {
      addError(check, `The L1 tables of the snapshots are longer than the file: some share their place.`, { fileOffset: at });
      break;
    }
    if (entry.l1Offset % header.clusterSize === 0 && entry.l1Offset < source.lengthBytes) {
      tables.push({ name: `L1 table of snapshot ${index + 1}`, isActive: false, offset: entry.l1Offset, length: entry.l1Length });
    } else {
      addError(check, `The L1 table of snapshot ${index + 1} is to be at ${entry.l1Offset}, which is no cluster of the file.`, {
        fileOffset: at,
      });
    }
    at += entry.entryBytes;
  }
  use.refer(books.snapshotsOffset, at - books.snapshotsOffset, "snapshot table");
  return tables;
}

function parseEntry(view: DataView): { l1Offset: number; l1Length: number; extraBytes: number; entryBytes: number } {
  const extraBytes = view.getUint32(36);
  const names = view.getUint16(12) + view.getUint16(14);
  return {
    l1Offset: readU64(view, 0),
    l1Length: view.getUint32(8) * 8,
    extraBytes,
    entryBytes: Math.ceil((ENTRY_BYTES + extraBytes + names) / 8) * 8,
  };
}
