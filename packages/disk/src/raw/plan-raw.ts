import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { fillFrom } from "../core/fill-from.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { inOrder } from "../pipeline/in-order.ts";
import { PIECE_BYTES, READS_AHEAD } from "../pipeline/pace.ts";
import { progressReport } from "../pipeline/progress-report.ts";

/** How a disk's content is planned. */
export interface PlanRawOptions extends ReadOptions {
  /** Blocks of 2 MiB that are being read before the sink asks for them. Default 6. */
  readonly readsAhead?: number | undefined;
}

/** A stretch of data that is read at once. */
interface Range {
  readonly offset: number;
  readonly length: number;
}

/**
 * Plans a file that is the disk's content itself: pieces are the data, everything else stays zero.
 *
 * Shape   sequential; as long as the disk
 * Memory  `readsAhead` blocks of 2 MiB, one more for each piece that the sink holds
 * Throws  what the disk throws
 */
export async function planRaw(disk: VirtualDisk, options: PlanRawOptions = {}): Promise<PlannedFile> {
  const { readsAhead = READS_AHEAD } = options;
  let dataBytes = 0;
  for await (const { length } of dataRanges(disk, options)) {
    dataBytes += length;
  }
  return {
    format: "raw",
    totalBytes: disk.virtualSizeBytes,
    sequential: true,
    pieces: (writeOptions) => rawPieces(disk, { dataBytes, readsAhead }, writeOptions),
  };
}

async function* rawPieces(
  disk: VirtualDisk,
  { dataBytes, readsAhead }: { readonly dataBytes: number; readonly readsAhead: number },
  options: WriteOptions = {},
): AsyncGenerator<Piece> {
  const { signal } = options;
  const pool = new BufferPool(PIECE_BYTES, readsAhead);
  const report = progressReport(dataBytes, options);
  const read = async ({ offset, length }: Range): Promise<Piece> => {
    const buffer = pool.take();
    const bytes = buffer.subarray(0, length);
    await fillFrom(disk, bytes, offset, { signal });
    return { offset, bytes, release: () => pool.give(buffer) };
  };
  for await (const piece of inOrder(dataRanges(disk, { signal }), read, readsAhead)) {
    const { length } = piece.bytes;
    yield piece;
    report(length);
  }
}

/** Cuts the disk's data into ranges that end at the same places whatever the extents are, so that reads and writes stay aligned. */
async function* dataRanges(disk: VirtualDisk, options: ReadOptions): AsyncGenerator<Range> {
  for await (const extent of disk.extents(options)) {
    const end = extent.offset + extent.length;
    for (let offset = extent.offset; extent.kind === "data" && offset < end;) {
      const length = Math.min(end - offset, PIECE_BYTES - (offset % PIECE_BYTES));
      options.signal?.throwIfAborted();
      yield { offset, length };
      offset += length;
    }
  }
}
