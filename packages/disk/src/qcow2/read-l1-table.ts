import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { Qcow2Header } from "./qcow2-header.ts";

/** Entries that are read and decoded in one go: 1 MiB of the file. */
const ENTRIES_PER_READ = 128 * 1024;

/**
 * Reads the active L1 table: the place of each L2 table in the file, 0 where there is none.
 * Refuses entries that share an L2 table: no writer makes that, and it lets a small file claim a huge disk. Without sharing, all tables
 * together are no longer than the file.
 *
 * Units   bytes; one element for each L2 table
 * Memory  8 bytes an entry, at most 32 MiB; twice that while the entries are checked
 * Throws  disk.corrupt, disk.truncated
 * Source  QEMU docs/interop/qcow2, "L1 table entry"
 */
export async function readL1Table(source: ByteSource, header: Qcow2Header, options?: ReadOptions): Promise<Float64Array> {
  const table = new Float64Array(header.l1Entries);
  for (let first = 0; first < table.length; first += ENTRIES_PER_READ) {
    const count = Math.min(ENTRIES_PER_READ, table.length - first);
    const bytes = await source.read(header.l1Offset + first * 8, count * 8, options);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < count; index += 1) {
      table[first + index] = decodeEntry(view, index, { first, header, fileBytes: source.lengthBytes });
    }
  }
  refuseSharedTables(table, header, source.lengthBytes);
  return table;
}

function decodeEntry(view: DataView, index: number, context: { first: number; header: Qcow2Header; fileBytes: number }): number {
  const high = view.getUint32(index * 8);
  const low = view.getUint32(index * 8 + 4);
  const { clusterSize, l1Offset, l1Entries } = context.header;
  // Bit 63 says that the table has one owner; 56 to 62 and 0 to 8 are reserved; the rest below the cluster size must be zero.
  const offset = (high & 0x00ff_ffff) * 0x1_0000_0000 + low;
  const entry = context.first + index;
  if ((high & 0x7f00_0000) !== 0 || (low & (clusterSize - 1)) !== 0) {
    throw new DiskError("disk.corrupt", `L1 entry ${entry} of the qcow2 image is damaged: it names ${offset}, which is no cluster.`);
  }
  if (offset !== 0 && offset + clusterSize > context.fileBytes) {
    throw new DiskError("disk.truncated", `L1 entry ${entry} names an L2 table at ${offset}, and the file ends at ${context.fileBytes}.`, {
      remedy: "Copy or upload the file again, completely.",
    });
  }
  if (offset + clusterSize > l1Offset && offset < l1Offset + l1Entries * 8 && offset !== 0) {
    throw new DiskError("disk.corrupt", `L1 entry ${entry} names an L2 table at ${offset}, inside the L1 table itself.`);
  }
  return offset;
}

function refuseSharedTables(table: Float64Array, header: Qcow2Header, fileBytes: number): void {
  const used = table.filter((offset) => offset !== 0);
  // More tables than the file has room for need no search, which would take long.
  const areTooMany = used.length * header.clusterSize > fileBytes;
  if (areTooMany || !isAscending(used.sort())) {
    throw new DiskError("disk.corrupt", "Several L1 entries of the qcow2 image share one L2 table.");
  }
}

function isAscending(values: Float64Array): boolean {
  return values.every((value, index) => index === 0 || value > (values[index - 1] ?? 0));
}
