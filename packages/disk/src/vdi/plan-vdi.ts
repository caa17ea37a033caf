import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { deriveUuid } from "../core/uuid.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { blockPieces } from "../mapped/block-pieces.ts";
import { BlockPlaces } from "../mapped/block-places.ts";
import { BLOCK_FREE, VDI_HEADER_BYTES, VDI_SIGNATURE, VDI_VERSION, vdiLimits } from "./vdi-header.ts";
import { writeVdiUuid } from "./vdi-uuid.ts";

/** What a caller may choose about a VDI image. */
export interface VdiWriteOptions {
  /** The image's id; VirtualBox takes only one image of each. Default: made from the size, so the same for like disks. */
  readonly uuid?: string | undefined;
}

export interface PlanVdiOptions extends VdiWriteOptions, ReadOptions {
  /** Where it goes: into a file, blocks of zeros are left out although the map calls them data. */
  readonly target: "file" | "stream";
}

const BLOCK_BYTES = 1024 * 1024;

/** Map entries that are made at a time: 256 KiB. */
const ENTRIES_PER_PIECE = 64 * 1024;

/** Where everything lies: header | map | blocks. Blocks begin at a MiB, as VirtualBox has them. */
interface VdiLayout {
  readonly virtualSizeBytes: number;
  readonly uuid: string;
  readonly blocks: number;
  readonly dataOffset: number;
}

/**
 * Plans a dynamic VDI image in blocks of 1 MiB, of the disk's exact size.
 *
 * Shape   stream: sequential, laid out from the extent map, length known; file: blocks get their places as they come, the head is last
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds, and 4 bytes for each MiB of the disk
 *         (40 KiB for 10 GiB, 256 MiB for 64 TiB)
 * Throws  disk.limit (over 64 TiB), RangeError (not a UUID), what the disk throws;
 *         while writing into a stream also disk.io (the disk has data where it had none while planning)
 * Source  VirtualBox VDICore.h; QEMU block/vdi.c
 */
export async function planVdi(disk: VirtualDisk, options: PlanVdiOptions): Promise<PlannedFile> {
  const { virtualSizeBytes } = disk;
  const blocks = Math.ceil(virtualSizeBytes / BLOCK_BYTES);
  if (blocks > vdiLimits.blocks) {
    throw new DiskError("disk.limit", `A VDI image of ${virtualSizeBytes} bytes would have more than ${vdiLimits.blocks} blocks.`, {
      remedy: "Choose qcow2.",
    });
  }
  const uuid = options.uuid ?? deriveUuid("vdi", virtualSizeBytes);
  const dataOffset = Math.ceil((VDI_HEADER_BYTES + blocks * 4) / BLOCK_BYTES) * BLOCK_BYTES;
  const layout = { virtualSizeBytes, uuid, blocks, dataOffset };
  // Refuses what is no UUID now, and not when the header comes at the end.
  writeVdiUuid(uuid);
  return options.target === "file" ? planAllocating(disk, layout) : planSequential(disk, layout, options);
}

async function planSequential(disk: VirtualDisk, layout: VdiLayout, { signal }: ReadOptions): Promise<PlannedFile> {
  const places = await BlockPlaces.fromMap(gridOf(layout), disk, { signal });
  async function* pieces(writeOptions: WriteOptions = {}): AsyncGenerator<Piece> {
    yield { offset: 0, bytes: writeHeader(layout, places.count) };
    yield* mapPieces(places);
    yield* blockPieces({ disk, places }, writeOptions);
  }
  return { format: "vdi", totalBytes: layout.dataOffset + places.count * BLOCK_BYTES, sequential: true, pieces };
}

function planAllocating(disk: VirtualDisk, layout: VdiLayout): PlannedFile {
  async function* pieces(writeOptions: WriteOptions = {}): AsyncGenerator<Piece> {
    const places = BlockPlaces.allocating(gridOf(layout), layout.virtualSizeBytes);
    yield* blockPieces({ disk, places }, writeOptions);
    if (places.count > 0) {
      // The last block is whole, even if it ends with zeros that were left out.
      yield { offset: layout.dataOffset + places.count * BLOCK_BYTES, bytes: new Uint8Array(0) };
    }
    yield* mapPieces(places);
    yield { offset: 0, bytes: writeHeader(layout, places.count) };
  }
  return { format: "vdi", totalBytes: undefined, sequential: false, pieces };
}

function gridOf({ dataOffset }: VdiLayout): { blockBytes: number; firstDataAt: number; strideBytes: number } {
  return { blockBytes: BLOCK_BYTES, firstDataAt: dataOffset, strideBytes: BLOCK_BYTES };
}

function* mapPieces({ ordinals }: BlockPlaces): Generator<Piece> {
  for (let first = 0; first < ordinals.length; first += ENTRIES_PER_PIECE) {
    const count = Math.min(ENTRIES_PER_PIECE, ordinals.length - first);
    const view = new DataView(new ArrayBuffer(count * 4));
    for (let index = 0; index < count; index += 1) {
      const ordinal = ordinals[first + index] ?? 0;
      view.setUint32(index * 4, ordinal === 0 ? BLOCK_FREE : ordinal - 1, true);
    }
    yield { offset: VDI_HEADER_BYTES + first * 4, bytes: new Uint8Array(view.buffer) };
  }
}

function writeHeader(layout: VdiLayout, storedBlocks: number): Uint8Array {
  const header = Buffer.alloc(VDI_HEADER_BYTES);
  header.write("<<< Tintype virtual disk image >>>\n", 0);
  header.writeUInt32LE(VDI_SIGNATURE, 64);
  header.writeUInt32LE(VDI_VERSION, 68);
  // The header proper, from 72 to the end of its last field.
  header.writeUInt32LE(456 - 72, 72);
  header.writeUInt32LE(1, 76);
  header.writeUInt32LE(VDI_HEADER_BYTES, 340);
  header.writeUInt32LE(layout.dataOffset, 344);
  header.writeUInt32LE(SECTOR_BYTES, 360);
  header.writeBigUInt64LE(BigInt(layout.virtualSizeBytes), 368);
  header.writeUInt32LE(BLOCK_BYTES, 376);
  header.writeUInt32LE(layout.blocks, 384);
  header.writeUInt32LE(storedBlocks, 388);
  header.set(writeVdiUuid(layout.uuid), 392);
  header.set(writeVdiUuid(deriveUuid(layout.uuid, "modification")), 408);
  return header;
}
