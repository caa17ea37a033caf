import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { clusterPieces } from "../mapped/cluster-pieces.ts";
import { dataClusters, countClusters } from "../pipeline/data-clusters.ts";
import type { ClusterCount } from "../pipeline/data-clusters.ts";
import { sourceChanged } from "../pipeline/source-changed.ts";
import { GrainTableWriter } from "./grain-table-writer.ts";
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
 * Plans a monolithicSparse VMDK that a stream can carry: everything is laid out from the extent map alone, before a byte of data is read.
 * Grains that turn out to be zeros although the map calls them data do take space in the file; `planAllocatingVmdk` avoids that for files.
 *
 * Shape   sequential: header | descriptor | redundant tables | tables | grains of 64 KiB
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds, and the grain directory (256 KiB for 2 TiB)
 * Throws  disk.limit (more than 2 TiB of data), disk.unsupported (options that the format has no place for), what the disk throws;
 *         while writing also disk.io (the disk has data where it had none while planning)
 * Source  VMware Virtual Disk Format 5.0, "Hosted Sparse Extents"
 */
export async function planSequentialVmdk(disk: VirtualDisk, options: VmdkWriteOptions & ReadOptions = {}): Promise<PlannedFile> {
  const layout = layOutSparse(disk.virtualSizeBytes);
  const counted = await countClusters(disk, GRAIN_BYTES, options);
  const endSector = layout.overhead + counted.clusters * GRAIN_SECTORS;
  refuseTooLong(endSector);
  const plan = { layout, head: writeSparseHead(layout, options), counted };
  return {
    format: "vmdk",
    totalBytes: endSector * SECTOR_BYTES,
    sequential: true,
    pieces: (writeOptions = {}) => sequentialPieces(disk, plan, writeOptions),
  };
}

async function* sequentialPieces(disk: VirtualDisk, plan: Plan, options: WriteOptions): AsyncGenerator<Piece> {
  const { layout, counted } = plan;
  yield { offset: 0, bytes: plan.head };
  for (const [directory, tables] of [
    [layout.redundantDirectory, layout.redundantTables],
    [layout.directory, layout.mainTables],
  ] as const) {
    yield { offset: directory * SECTOR_BYTES, bytes: writeDirectory(layout, tables) };
    // The tables may be too many to keep: the second copy is made anew.
    yield* tablePieces(disk, plan, { ...options, firstTable: tables });
  }
  yield* clusterPieces(disk, { clusterSize: GRAIN_BYTES, counted, dataOffset: layout.overhead * SECTOR_BYTES }, options);
}

async function* tablePieces(
  disk: VirtualDisk,
  { layout, counted }: Plan,
  { firstTable, signal }: WriteOptions & { readonly firstTable: number },
): AsyncGenerator<Piece> {
  const writer = new GrainTableWriter(layout.tables);
  const place = (chunk: { readonly firstTable: number; readonly bytes: Buffer }): Piece => ({
    offset: (firstTable + chunk.firstTable * TABLE_SECTORS) * SECTOR_BYTES,
    bytes: chunk.bytes,
  });
  let placed = 0;
  for await (const { first, count } of dataClusters(disk, GRAIN_BYTES, { signal })) {
    for (let index = 0; index < count; index += 1) {
      if (placed === counted.clusters) {
        throw sourceChanged();
      }
      writer.put(first + index, layout.overhead + placed * GRAIN_SECTORS);
      placed += 1;
      yield* writer.takeFinished().map(place);
    }
  }
  yield* writer.finish().map(place);
}
