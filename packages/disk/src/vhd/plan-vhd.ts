import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { Piece, PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import { deriveUuid } from "../core/uuid.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { planRaw } from "../raw/plan-raw.ts";
import { blockPieces } from "../mapped/block-pieces.ts";
import { BlockPlaces } from "../mapped/block-places.ts";
import { FOOTER_BYTES, MAX_VHD_BYTES } from "./vhd-footer.ts";
import { fullBitmap, lastFooterAt, planVhdLayout, VHD_BLOCK_BYTES, writeVhdHead } from "./vhd-layout.ts";
import type { VhdLayout } from "./vhd-layout.ts";
import { writeFooter } from "./write-footer.ts";

const AZURE_ALIGN_BYTES = 1024 * 1024;

/** What a caller may choose about a VHD. */
export interface VhdWriteOptions {
  /** Default: dynamic. Azure takes fixed ones only. */
  readonly subformat?: "dynamic" | "fixed" | undefined;
  /** Grow the disk to whole MiB with zeros, as Azure wants it. Default: the exact size. */
  readonly azure?: boolean | undefined;
  /** By which differencing disks name this one. Default: made from the size and the type, so the same for like disks. */
  readonly uniqueId?: string | undefined;
  /** When the disk was made, in seconds since 2000-01-01T00:00:00Z. Default 0. */
  readonly timestamp?: number | undefined;
}

export interface PlanVhdOptions extends VhdWriteOptions, ReadOptions {
  /** Where it goes: into a file, blocks of zeros are left out although the map calls them data. */
  readonly target: "file" | "stream";
}

/** What all plans need. */
interface VhdPlan {
  readonly disk: VirtualDisk;
  readonly sizeBytes: number;
  readonly footer: Buffer;
}

/**
 * Plans a VHD. The size is exact: sizes are never rounded to whole cylinders, and the footer says so in a way that readers go by.
 *
 * Shape   fixed: sequential, the disk's bytes and the footer. Dynamic for a stream: sequential, laid out from the extent map. Dynamic for a
 *         file: not sequential, blocks get their places as they come, the head is last
 * Memory  4 blocks of 2 MiB read ahead, one more for each piece that the sink holds; for dynamic ones the block table (at most 8 MiB)
 * Throws  disk.limit (over 2040 GiB), RangeError (not a UUID), what the disk throws;
 *         while writing also disk.io (the disk has data where it had none while planning)
 * Source  Virtual Hard Disk Image Format Specification 1.0
 */
export async function planVhd(disk: VirtualDisk, options: PlanVhdOptions): Promise<PlannedFile> {
  const { subformat = "dynamic", azure = false, timestamp = 0 } = options;
  const sizeBytes = azure ? Math.ceil(disk.virtualSizeBytes / AZURE_ALIGN_BYTES) * AZURE_ALIGN_BYTES : disk.virtualSizeBytes;
  if (sizeBytes > MAX_VHD_BYTES) {
    throw new DiskError("disk.limit", `A disk of ${sizeBytes} bytes does not fit into a VHD, which ends at 2040 GiB.`, {
      remedy: "Choose VHDX or qcow2.",
    });
  }
  const uniqueId = options.uniqueId ?? deriveUuid("vhd", subformat, sizeBytes);
  const plan = { disk, sizeBytes, footer: writeFooter({ type: subformat, sizeBytes, uniqueId, timestamp }) };
  if (subformat === "fixed") {
    return planFixed(plan, options);
  }
  return options.target === "file" ? planAllocating(plan) : planSequential(plan, options);
}

async function planFixed({ disk, sizeBytes, footer }: VhdPlan, options: ReadOptions): Promise<PlannedFile> {
  const raw = await planRaw(disk, { signal: options.signal });
  async function* pieces(writeOptions?: WriteOptions): AsyncGenerator<Piece> {
    yield* raw.pieces(writeOptions);
    yield { offset: sizeBytes, bytes: footer };
  }
  return { format: "vhd", totalBytes: sizeBytes + FOOTER_BYTES, sequential: true, pieces };
}

async function planSequential({ disk, sizeBytes, footer }: VhdPlan, options: ReadOptions): Promise<PlannedFile> {
  const layout = planVhdLayout(sizeBytes);
  const places = await BlockPlaces.fromMap(gridOf(layout), disk, { signal: options.signal });
  const footerAt = lastFooterAt(layout, places.count);
  async function* pieces(writeOptions: WriteOptions = {}): AsyncGenerator<Piece> {
    yield { offset: 0, bytes: writeVhdHead(layout, footer, places.ordinals) };
    yield* blockPieces({ disk, places, prefix: fullBitmap }, writeOptions);
    yield { offset: footerAt, bytes: footer };
  }
  return { format: "vhd", totalBytes: footerAt + FOOTER_BYTES, sequential: true, pieces };
}

function planAllocating({ disk, sizeBytes, footer }: VhdPlan): PlannedFile {
  const layout = planVhdLayout(sizeBytes);
  async function* pieces(writeOptions: WriteOptions = {}): AsyncGenerator<Piece> {
    const places = BlockPlaces.allocating(gridOf(layout), disk.virtualSizeBytes);
    yield* blockPieces({ disk, places, prefix: fullBitmap }, writeOptions);
    yield { offset: lastFooterAt(layout, places.count), bytes: footer };
    yield { offset: 0, bytes: writeVhdHead(layout, footer, places.ordinals) };
  }
  return { format: "vhd", totalBytes: undefined, sequential: false, pieces };
}

function gridOf({ firstDataAt, strideBytes }: VhdLayout): { blockBytes: number; firstDataAt: number; strideBytes: number } {
  return { blockBytes: VHD_BLOCK_BYTES, firstDataAt, strideBytes };
}
