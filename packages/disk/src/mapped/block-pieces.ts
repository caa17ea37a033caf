import type { Piece, WriteOptions } from "../core/disk-writer.ts";
import { isZero } from "../core/is-zero.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { BLOCK_BYTES, READS_AHEAD } from "../pipeline/pace.ts";
import { PieceBuilder } from "../pipeline/piece-builder.ts";
import { progressReport } from "../pipeline/progress-report.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import { readClusters } from "../pipeline/read-clusters.ts";
import type { BlockPlaces } from "./block-places.ts";

/** Guest bytes that are read and tested for zeros as one: less than a block, so that small data in large blocks costs little. */
const UNIT_BYTES = 64 * 1024;

/** How the data of a disk becomes blocks of a file. */
export interface BlockWriting {
  readonly disk: VirtualDisk;
  readonly places: BlockPlaces;
  /** What stands in front of each block's data, if anything. */
  readonly prefix?: Uint8Array | undefined;
}

/**
 * Reads the disk's data once and puts it into blocks; what is zeros is left out.
 *
 * Shape   ascending
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds
 * Throws  what the disk throws; disk.io (it has data where it had none while planning)
 */
export async function* blockPieces({ disk, places, prefix }: BlockWriting, options: WriteOptions): AsyncGenerator<Piece> {
  const { signal } = options;
  const { dataBytes } = await countClusters(disk, UNIT_BYTES, { signal });
  const report = progressReport(dataBytes, options);
  const buffers = new BufferPool(BLOCK_BYTES, READS_AHEAD);
  let prefixed = -1;
  for await (const block of readClusters({ disk, clusterSize: UNIT_BYTES, buffers, bufferBytes: BLOCK_BYTES }, { signal })) {
    const builder = new PieceBuilder();
    for (const [index, unit] of block.guestClusters.entries()) {
      const start = index * UNIT_BYTES;
      // One byte that is not zero settles nearly every unit.
      const isEmpty = block.buffer[start] === 0 && isZero(block.buffer.subarray(start, start + UNIT_BYTES));
      const place = places.placeOf(unit * UNIT_BYTES, isEmpty);
      if (prefix !== undefined && place !== undefined && place.blockAt !== prefixed) {
        builder.add(place.blockAt - prefix.length, prefix, [0, prefix.length]);
        prefixed = place.blockAt;
      }
      if (place !== undefined && !isEmpty) {
        builder.add(place.at, block.buffer, [start, start + UNIT_BYTES]);
      }
    }
    yield* builder.pieces(() => buffers.give(block.buffer));
    report(block.dataBytes);
  }
}
