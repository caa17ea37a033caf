import type { Piece, WriteOptions } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { dataClusters } from "../pipeline/data-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { allocatedPieces, clusterPieces } from "./cluster-pieces.ts";
import type { ClusterWriting } from "./cluster-pieces.ts";
import { TwoLevelTables } from "./two-level-tables.ts";

/** A file to be written: header, first-level table, and behind them clusters of the guest and second-level tables, all of whole clusters. */
export interface TwoLevelFile extends ClusterWriting {
  readonly header: Uint8Array;
  readonly l1Offset: number;
  readonly l1Bytes: number;
  readonly tableBytes: number;
  readonly order: "be" | "le";
  /** Behind the first-level table: the first cluster that is free. */
  readonly freeOffset: number;
}

/** Length of the file that `sequentialTwoLevelPieces` makes. */
export function sequentialTwoLevelBytes(file: TwoLevelFile): number {
  return dataOffsetOf(file) + file.counted.clusters * file.clusterSize;
}

/**
 * Makes the whole file in ascending order: header | L1 | L2 tables | data.
 *
 * Memory  as `TwoLevelTables` and `clusterPieces`
 * Throws  disk.io (the data is no longer where it was counted), what the disk throws
 */
export async function* sequentialTwoLevelPieces(disk: VirtualDisk, file: TwoLevelFile, options: WriteOptions): AsyncGenerator<Piece> {
  yield { offset: 0, bytes: file.header };
  // The L1 table comes before the L2 tables that fill it, and those may be too many to keep: they are made twice.
  const { l1 } = await drained(tablePieces(disk, file, options));
  yield { offset: file.l1Offset, bytes: l1 };
  yield* tablePieces(disk, file, options);
  yield* clusterPieces(disk, { ...file, dataOffset: dataOffsetOf(file) }, options);
}

/**
 * Makes the file for a sink that can go back: clusters and tables get their places as they come, clusters of zeros get none; the header comes last.
 *
 * Memory  as `TwoLevelTables` and `allocatedPieces`
 * Throws  what the disk throws
 */
export async function* allocatingTwoLevelPieces(disk: VirtualDisk, file: TwoLevelFile, options: WriteOptions): AsyncGenerator<Piece> {
  let end = file.freeOffset;
  const take = (lengthBytes: number): number => {
    end += lengthBytes;
    return end - lengthBytes;
  };
  const tables = new TwoLevelTables({ ...file, placeTable: () => take(file.tableBytes) });
  const places = {
    place: (guestCluster: number) => tables.put(guestCluster, () => take(file.clusterSize)),
    takeFinished: () => tables.takeFinished(),
  };
  yield* allocatedPieces(disk, { ...file, places }, options);
  yield* tables.finish();
  yield { offset: file.l1Offset, bytes: tables.l1 };
  yield { offset: 0, bytes: file.header };
}

function dataOffsetOf({ freeOffset, counted, tableBytes }: TwoLevelFile): number {
  return freeOffset + counted.l2Tables * tableBytes;
}

/** Makes the L2 tables of a file whose clusters lie one behind the other; returns the writer that then holds the whole L1 table. */
async function* tablePieces(disk: VirtualDisk, file: TwoLevelFile, { signal }: WriteOptions): AsyncGenerator<Piece, TwoLevelTables> {
  const { clusterSize, tableBytes } = file;
  const [dataOffset, end] = [dataOffsetOf(file), sequentialTwoLevelBytes(file)];
  const tables = new TwoLevelTables({ ...file, placeTable: placesBetween(file.freeOffset, dataOffset, tableBytes) });
  const placeCluster = placesBetween(dataOffset, end, clusterSize);
  for await (const { first, count } of dataClusters(disk, clusterSize, { signal })) {
    for (let index = 0; index < count; index += 1) {
      tables.put(first + index, placeCluster);
      yield* tables.takeFinished();
    }
  }
  yield* tables.finish();
  return tables;
}

/** Answers a function that gives out places one behind the other, and throws disk.io when more are asked for than were planned. */
function placesBetween(start: number, end: number, lengthBytes: number): () => number {
  let next = start;
  return () => {
    if (next + lengthBytes > end) {
      throw sourceChanged();
    }
    next += lengthBytes;
    return next - lengthBytes;
  };
}

async function drained<T>(pieces: AsyncGenerator<Piece, T>): Promise<T> {
  for (;;) {
    const step = await pieces.next();
    if (step.done === true) {
      return step.value;
    }
  }
}
