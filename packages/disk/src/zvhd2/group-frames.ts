import { DiskError } from "../core/disk-error.ts";
import { rawZstdFrame } from "./raw-zstd-frame.ts";
import { ZeroFrames } from "./zero-frames.ts";

/** A piece of a disk that is compressed already: one zstd frame of `length` bytes that states its size, or the bytes themselves. */
export interface StoredFrame {
  readonly offset: number;
  readonly length: number;
  readonly form: "zstd" | "raw";
  readonly bytes: Uint8Array;
}

/** A block of the file, as frames whose contents one after the other are exactly one block. */
export interface FramedBlock {
  readonly block: number;
  readonly frames: readonly Uint8Array[];
  /** Bytes of content that were stored, for the progress. */
  readonly storedBytes: number;
}

/** Lengths of the disk, of its stored pieces but the last, and of the blocks of the file, which are whole numbers of pieces. */
export interface FrameGeometry {
  readonly sizeBytes: number;
  readonly frameBytes: number;
  readonly blockBytes: number;
}

/**
 * Puts stored pieces together to blocks, without compressing or expanding any: what lies between them, and behind the disk's end, becomes
 * frames of zeros. Blocks without a piece are left out.
 *
 * Shape   ascending; pieces must come ascending, at multiples of their length, and be whole unless they are the last
 * Memory  the frames of one block
 * Throws  disk.corrupt (a piece that lies where none can); what `stored` throws
 * Source  RFC 8878, section 3: frames one after the other are the concatenation of their contents
 */
export async function* groupFrames(stored: AsyncIterable<StoredFrame>, geometry: FrameGeometry): AsyncGenerator<FramedBlock> {
  const { blockBytes } = geometry;
  const zeros = new ZeroFrames();
  let open: OpenBlock | undefined;
  let next = 0;
  for await (const piece of stored) {
    checkPlace(piece, geometry, next);
    next = piece.offset + geometry.frameBytes;
    const block = Math.floor(piece.offset / blockBytes);
    if (open !== undefined && open.block !== block) {
      yield await closed(open, blockBytes, zeros);
      open = undefined;
    }
    open ??= { block, frames: [], filledBytes: 0, storedBytes: 0 };
    await append(open, piece, { at: piece.offset % blockBytes, zeros });
  }
  if (open !== undefined) {
    yield await closed(open, blockBytes, zeros);
  }
}

interface OpenBlock {
  readonly block: number;
  readonly frames: Uint8Array[];
  /** Content of the frames so far, zeros included. */
  filledBytes: number;
  storedBytes: number;
}

async function append(
  open: OpenBlock,
  piece: StoredFrame,
  { at, zeros }: { readonly at: number; readonly zeros: ZeroFrames },
): Promise<void> {
  await fillTo(open, at, zeros);
  open.frames.push(piece.form === "zstd" ? piece.bytes : rawZstdFrame(piece.bytes));
  open.filledBytes = at + piece.length;
  open.storedBytes += piece.length;
}

async function closed(open: OpenBlock, blockBytes: number, zeros: ZeroFrames): Promise<FramedBlock> {
  await fillTo(open, blockBytes, zeros);
  return open;
}

async function fillTo(open: OpenBlock, end: number, zeros: ZeroFrames): Promise<void> {
  if (open.filledBytes < end) {
    open.frames.push(await zeros.of(end - open.filledBytes));
    open.filledBytes = end;
  }
}

function checkPlace({ offset, length }: StoredFrame, { sizeBytes, frameBytes }: FrameGeometry, next: number): void {
  if (offset < next || offset % frameBytes !== 0 || length !== Math.min(frameBytes, sizeBytes - offset)) {
    throw new DiskError("disk.corrupt", `There is no stored piece of ${length} bytes at ${offset} of a disk of ${sizeBytes}.`);
  }
}
