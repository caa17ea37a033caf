import { readU64 } from "../../core/read-u64.ts";
import { addError } from "./qcow2-check.ts";
import type { Qcow2Check } from "./qcow2-check.ts";
import { readWords } from "./read-words.ts";

/**
 * Reads the counts of all clusters of the file from its refcount blocks, and notes the use of the table and its blocks.
 *
 * Memory  1 MiB of the table, one block, and the counts
 * Throws  disk.io, the signal's reason
 * Source  QEMU docs/interop/qcow2, "Host cluster management"
 */
export async function readStoredCounts(check: Qcow2Check): Promise<void> {
  const { source, books, use, clusters, signal } = check;
  const { clusterSize, refcountBits } = check.header;
  const table = books.refcountTable;
  if (!use.refer(table.offset, table.length, "refcount table")) {
    addError(check, `The refcount table has ${table.length} bytes at ${table.offset}, and the file ends at ${source.lengthBytes}.`, {
      fileOffset: 48,
    });
  }
  const clustersPerBlock = (clusterSize * 8) / refcountBits;
  for await (const { index, high, low } of readWords(source, table, { signal })) {
    const offset = high * 0x1_0000_0000 + ((low & ~0x1ff) >>> 0);
    const names = `Entry ${index} of the refcount table names a block at ${offset}`;
    const place = { fileOffset: table.offset + index * 8 };
    if ((low & 0x1ff) !== 0) {
      addError(check, `Entry ${index} of the refcount table has reserved bits set.`, place);
    }
    if (offset % clusterSize !== 0) {
      addError(check, `${names}, which is no cluster.`, place);
    } else if (offset >= source.lengthBytes) {
      addError(check, `${names}, and the file ends at ${source.lengthBytes}.`, place);
    } else {
      use.refer(offset, clusterSize, "refcount block");
      // Blocks for clusters that the file does not have are not read: there may be a million of them.
      if (index * clustersPerBlock < clusters) {
        await readBlock(check, { offset, firstCluster: index * clustersPerBlock, clustersPerBlock });
      }
    }
  }
}

async function readBlock(
  { source, header, stored, clusters, signal }: Qcow2Check,
  block: { readonly offset: number; readonly firstCluster: number; readonly clustersPerBlock: number },
): Promise<void> {
  const heldBytes = Math.min(header.clusterSize, source.lengthBytes - block.offset);
  const bytes = await source.read(block.offset, heldBytes, { signal });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const held = Math.floor((heldBytes * 8) / header.refcountBits);
  const count = Math.min(held, clusters - block.firstCluster);
  for (let index = 0; index < count; index += 1) {
    const value = countAt(view, index, header.refcountBits);
    if (value !== 0) {
      stored.set(block.firstCluster + index, value);
    }
  }
}

/** Counts narrower than a byte fill it from the lowest bit. */
function countAt(view: DataView, index: number, bits: number): number {
  switch (bits) {
    case 8:
      return view.getUint8(index);
    case 16:
      return view.getUint16(index * 2);
    case 32:
      return view.getUint32(index * 4);
    case 64:
      return readU64(view, index * 8);
    default: {
      const at = index * bits;
      return (view.getUint8(Math.floor(at / 8)) >> (at % 8)) & (2 ** bits - 1);
    }
  }
}
