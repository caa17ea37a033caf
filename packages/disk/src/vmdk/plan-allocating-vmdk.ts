import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { allocatedPieces } from "../mapped/cluster-pieces.ts";
import { countClusters } from "../pipeline/data-clusters.ts";
import type { ClusterCount } from "../pipeline/data-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { GrainTableWriter } from "./grain-table-writer.ts";
import type { TableChunk } from "./grain-table-writer.ts";
import { layOutSparse, refuseTooLong, writeDirectory, writeSparseHead } from "./sparse-layout.ts";
import type { SparseLayout } from "./sparse-layout.ts";
import type { VmdkWriteOptions } from "./write-descriptor.ts";
import { GRAIN_BYTES, GRAIN_SECTORS, TABLE_SECTORS } from "./write-sparse-header.ts";

/** What is decided before the first byte is read. */
interface Plan {
  readonly layout: SparseLayout;
  readonly head: Buffer;
  readonly counted: ClusterCount;
}

/**
 * Plans a monolithicSparse VMDK for a sink that can go back: grains get their place as they come, and those that are all zeros get none.
 *
 * Shape   not sequential: grains and finished grain tables, then the directories, the header last
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds, and the grain directory (256 KiB for 2 TiB)
 * Throws  disk.unsupported (options that the format has no place for), what the disk throws; while writing also disk.limit (more than 2 TiB
 *         of data), disk.io (the disk has data where it had none while planning)
 * Source  VMware Virtual Disk Format 5.0, "Hosted Sparse Extents"
 */
export async function planAllocatingVmdk(disk: VirtualDisk, options: VmdkWriteOptions & ReadOptions = {}): Promise<PlannedFile> {
  const layout = layOutSparse(disk.virtualSizeBytes);
  const counted = await countClusters(disk, GRAIN_BYTES, options);
  const plan = { layout, head: writeSparseHead(layout, options), counted };
  return {
    format: "vmdk",
    totalBytes: undefined,
    sequential: false,
    pieces: (writeOptions = {}) => allocatingPieces(disk, plan, writeOptions),
  };
}

async function* allocatingPieces(disk: VirtualDisk, { layout, head, counted }: Plan, options: WriteOptions): AsyncGenerator<Piece> {
  const writer = new GrainTableWriter(layout.tables);
  let end = layout.overhead;
  const places = {
    place: (grain: number) => {
      const sector = end;
      end += GRAIN_SECTORS;
      refuseTooLong(end);
      if (end > layout.overhead + counted.clusters * GRAIN_SECTORS) {
        throw sourceChanged();
      }
      writer.put(grain, sector);
      return sector * SECTOR_BYTES;
    },
    takeFinished: () => writer.takeFinished().flatMap((chunk) => bothCopies(layout, chunk)),
  };
  yield* allocatedPieces(disk, { clusterSize: GRAIN_BYTES, counted, places }, options);
  yield* writer.finish().flatMap((chunk) => bothCopies(layout, chunk));
  if (end === layout.overhead) {
    // Without a grain nothing else would make the file as long as its tables say.
    yield { offset: (layout.overhead - 1) * SECTOR_BYTES, bytes: Buffer.alloc(SECTOR_BYTES) };
  }
  yield { offset: layout.directory * SECTOR_BYTES, bytes: writeDirectory(layout, layout.mainTables) };
  yield { offset: layout.redundantDirectory * SECTOR_BYTES, bytes: writeDirectory(layout, layout.redundantTables) };
  yield { offset: 0, bytes: head };
}

function bothCopies(layout: SparseLayout, { firstTable, bytes }: TableChunk): Piece[] {
  return [layout.redundantTables, layout.mainTables].map((tables) => ({
    offset: (tables + firstTable * TABLE_SECTORS) * SECTOR_BYTES,
    bytes,
  }));
}
