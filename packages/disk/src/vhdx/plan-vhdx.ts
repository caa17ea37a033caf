import type { ReadOptions } from "../core/byte-source.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { deriveUuid } from "../core/uuid.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { planRaw } from "../raw/plan-raw.ts";
import { blockPieces } from "../mapped/block-pieces.ts";
import { BlockPlaces } from "../mapped/block-places.ts";
import type { BlockGrid } from "../mapped/block-places.ts";
import { METADATA_OFFSET, planVhdxLayout } from "./vhdx-layout.ts";
import type { VhdxLayout } from "./vhdx-layout.ts";
import { writeBlockTable } from "./write-block-table.ts";
import { writeVhdxHead, writeVhdxMetadata } from "./write-vhdx-head.ts";

/** What a caller may choose about a VHDX. */
export interface VhdxWriteOptions {
  /** Default: dynamic. */
  readonly subformat?: "dynamic" | "fixed" | undefined;
  /** A power of two from 1 to 256 MiB. Default: 2 MiB, for disks over 4 TiB 32 MiB. */
  readonly blockSizeBytes?: number | undefined;
  /** The id of the disk, from which the other ids of the file are made. Default: made from size, type and block size, so the same for like disks. */
  readonly uniqueId?: string | undefined;
}

export interface PlanVhdxOptions extends VhdxWriteOptions, ReadOptions {
  /** Where it goes: into a file, blocks of zeros are left out although the map calls them data. */
  readonly target: "file" | "stream";
}

/** What all plans need. */
interface VhdxPlan {
  readonly disk: VirtualDisk;
  readonly layout: VhdxLayout;
  readonly head: Buffer;
  readonly metadata: Buffer;
}

/**
 * Plans a VHDX. It carries the sector size of the disk it is made from, 512 or 4096 bytes, and a log with nothing to replay.
 *
 * Shape   fixed: sequential. Dynamic for a stream: sequential, laid out from the extent map. Dynamic for a file: not sequential, blocks get
 *         their places as they come, the head is last
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds; for dynamic ones 4 bytes a block (8 MiB for 64 TiB)
 * Throws  disk.limit (over 64 TiB), disk.unsupported (not a block size), RangeError (not a UUID), what the disk throws;
 *         while writing also disk.io (the disk has data where it had none while planning)
 * Source  [MS-VHDX]
 */
export async function planVhdx(disk: VirtualDisk, options: PlanVhdxOptions): Promise<PlannedFile> {
  const { subformat = "dynamic", blockSizeBytes } = options;
  const { virtualSizeBytes: sizeBytes, sectorSizeBytes: sectorBytes } = disk;
  const layout = planVhdxLayout({ sizeBytes, sectorBytes, blockBytes: blockSizeBytes });
  const diskId = options.uniqueId ?? deriveUuid("vhdx", subformat, sizeBytes, sectorBytes, layout.blockBytes);
  const ids = { disk: diskId, fileWrite: deriveUuid("file", diskId), dataWrite: deriveUuid("data", diskId) };
  const plan = {
    disk,
    layout,
    head: writeVhdxHead(layout, ids),
    metadata: writeVhdxMetadata(layout, { diskId, isFixed: subformat === "fixed" }),
  };
  if (subformat === "fixed") {
    return planFixed(plan, options);
  }
  return options.target === "file" ? planAllocating(plan) : planSequential(plan, options);
}

async function planFixed({ disk, layout, head, metadata }: VhdxPlan, options: ReadOptions): Promise<PlannedFile> {
  const raw = await planRaw(disk, { signal: options.signal });
  async function* pieces(writeOptions?: WriteOptions): AsyncGenerator<Piece> {
    yield { offset: 0, bytes: head };
    yield { offset: METADATA_OFFSET, bytes: metadata };
    yield* writeBlockTable(layout, (block) => block + 1);
    for await (const piece of raw.pieces(writeOptions)) {
      yield { ...piece, offset: layout.firstDataAt + piece.offset };
    }
  }
  return { format: "vhdx", totalBytes: endOf(layout, layout.blocks), sequential: true, pieces };
}

async function planSequential({ disk, layout, head, metadata }: VhdxPlan, options: ReadOptions): Promise<PlannedFile> {
  const places = await BlockPlaces.fromMap(gridOf(layout), disk, { signal: options.signal });
  async function* pieces(writeOptions: WriteOptions = {}): AsyncGenerator<Piece> {
    yield { offset: 0, bytes: head };
    yield { offset: METADATA_OFFSET, bytes: metadata };
    yield* writeBlockTable(layout, (block) => places.ordinals[block] ?? 0);
    yield* blockPieces({ disk, places }, writeOptions);
  }
  return { format: "vhdx", totalBytes: endOf(layout, places.count), sequential: true, pieces };
}

function planAllocating({ disk, layout, head, metadata }: VhdxPlan): PlannedFile {
  async function* pieces(writeOptions: WriteOptions = {}): AsyncGenerator<Piece> {
    const places = BlockPlaces.allocating(gridOf(layout), layout.sizeBytes);
    let writtenTo = layout.firstDataAt;
    for await (const piece of blockPieces({ disk, places }, writeOptions)) {
      writtenTo = Math.max(writtenTo, piece.offset + piece.bytes.length);
      yield piece;
    }
    yield* lastZeros(writtenTo, endOf(layout, places.count));
    yield* writeBlockTable(layout, (block) => places.ordinals[block] ?? 0);
    yield { offset: METADATA_OFFSET, bytes: metadata };
    yield { offset: 0, bytes: head };
  }
  return { format: "vhdx", totalBytes: undefined, sequential: false, pieces };
}

/** Makes the file as long as its last block, when that ends with zeros, which were left out. */
function* lastZeros(writtenTo: number, endBytes: number): Generator<Piece> {
  if (writtenTo < endBytes) {
    const bytes = Buffer.alloc(Math.min(endBytes - writtenTo, 4096));
    yield { offset: endBytes - bytes.length, bytes };
  }
}

function endOf({ firstDataAt, blockBytes }: VhdxLayout, blocks: number): number {
  return firstDataAt + blocks * blockBytes;
}

function gridOf({ blockBytes, firstDataAt }: VhdxLayout): BlockGrid {
  return { blockBytes, firstDataAt, strideBytes: blockBytes };
}
