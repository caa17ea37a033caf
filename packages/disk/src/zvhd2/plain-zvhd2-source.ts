import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { frameRecord, PAGE_BYTES, RECORD_HEAD_BYTES, recordBytes } from "../zvhd/record.ts";
import { RecordLengths } from "../zvhd/record-lengths.ts";
import { BLOCK_BYTES } from "../zvhd/zvhd-footer.ts";
import { BLOCK_HEADER_BYTES, FRAME_HEADER_BYTES, RAW_BLOCK_BYTES, rawZstdFrame } from "./raw-zstd-frame.ts";
import { writeTail } from "./write-tail.ts";
import { buildZvhd2Footer } from "./write-zvhd2-footer.ts";

/** Where the number of the block stands in a record. */
const BLOCK_AT = 16;
const CONTENT_AT = RECORD_HEAD_BYTES + FRAME_HEADER_BYTES;
const RAW_STEP = BLOCK_HEADER_BYTES + RAW_BLOCK_BYTES;

/**
 * Presents a disk as a ZVHD2 file whose blocks are not compressed. So its length is known at once, and any range of it can be read without
 * making what is in front of it. The same disk gives the same file. The disk is closed with the source, and also when this fails.
 *
 * Memory  6 bytes for each 2 MiB of disk, one empty record of 2 MiB, and per read the bytes asked for
 * Throws  what the disk throws
 * Source  docs/formats/zvhd2.md
 */
export async function plainZvhd2Source(disk: VirtualDisk, options: ReadOptions = {}): Promise<ByteSource> {
  return closeOnFailure(disk, async () => new PlainZvhd2Source({ disk, ...(await layOut(disk, options)) }));
}

/** What the length of a file follows from: the size of its disk, and where that has data. */
export type MappedDisk = Pick<VirtualDisk, "virtualSizeBytes"> & {
  extents(options?: ReadOptions): AsyncIterable<Pick<Extent, "offset" | "length"> & { readonly kind: string }>;
};

/**
 * Length of the file that `plainZvhd2Source` makes of a disk with this map. No content is read.
 *
 * Memory  6 bytes for each 2 MiB of disk, and 2 MiB
 */
export async function plainZvhd2Bytes(disk: MappedDisk, options: ReadOptions = {}): Promise<number> {
  const { lengths } = await layOut(disk, options);
  return endOf(firstBlockOf(disk), lengths);
}

async function layOut(disk: MappedDisk, options: ReadOptions): Promise<Omit<Parts, "disk">> {
  const lengths = new RecordLengths(Math.ceil(disk.virtualSizeBytes / BLOCK_BYTES), PAGE_BYTES);
  const record = emptyRecord();
  const blocks: number[] = [];
  for await (const { offset, length, kind } of disk.extents(options)) {
    const end = kind === "data" ? Math.ceil((offset + length) / BLOCK_BYTES) : 0;
    for (let block = Math.max(Math.floor(offset / BLOCK_BYTES), (blocks.at(-1) ?? -1) + 1); block < end; block += 1) {
      blocks.push(block);
      lengths.append(block, record.length);
    }
  }
  return { lengths, record, blocks: Uint32Array.from(blocks) };
}

function firstBlockOf({ virtualSizeBytes }: Pick<VirtualDisk, "virtualSizeBytes">): Buffer {
  return buildZvhd2Footer({ sizeBytes: virtualSizeBytes, method: "zstd", blockBytes: BLOCK_BYTES }, {});
}

function endOf(firstBlock: Buffer, lengths: RecordLengths): number {
  let end = 0;
  for (const { offset, bytes } of writeTail(firstBlock, lengths)) {
    end = offset + bytes.length;
  }
  return end;
}

function emptyRecord(): Uint8Array {
  const frame = rawZstdFrame(new Uint8Array(BLOCK_BYTES));
  const record = new Uint8Array(recordBytes(frame.length));
  record.set(frame, RECORD_HEAD_BYTES);
  frameRecord(record, { payloadBytes: frame.length, block: 0 });
  return record;
}

interface Parts {
  readonly disk: VirtualDisk;
  readonly lengths: RecordLengths;
  /** A whole record of block 0, full of zeros. */
  readonly record: Uint8Array;
  /** Numbers of the blocks that have a record, ascending. */
  readonly blocks: Uint32Array;
}

class PlainZvhd2Source implements ByteSource {
  readonly lengthBytes: number;
  readonly #parts: Parts;
  readonly #firstBlock: Buffer;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#firstBlock = firstBlockOf(parts.disk);
    this.lengthBytes = endOf(this.#firstBlock, parts.lengths);
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    const { lengths, record, blocks } = this.#parts;
    const end = offset + target.length;
    copyOverlap(target, offset, { offset: 0, bytes: this.#firstBlock });
    const first = Math.max(Math.floor((offset - PAGE_BYTES) / record.length), 0);
    for (let index = first; index < blocks.length && PAGE_BYTES + index * record.length < end; index += 1) {
      const start = PAGE_BYTES + index * record.length;
      const [from, to] = [Math.max(offset, start), Math.min(end, start + record.length)];
      await this.#readRecord(target.subarray(from - offset, to - offset), { block: blocks[index] ?? 0, from: from - start, options });
    }
    if (end > lengths.endBytes) {
      for (const piece of this.#tail()) {
        copyOverlap(target, offset, piece);
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#parts.disk[Symbol.asyncDispose]());
  }

  #tail(): ReturnType<typeof writeTail> {
    return writeTail(this.#firstBlock, this.#parts.lengths);
  }

  /** Fills `target` with the bytes of a record that begin at `from`. */
  async #readRecord(
    target: Uint8Array,
    { block, from, options }: { readonly block: number; readonly from: number; readonly options: ReadOptions | undefined },
  ): Promise<void> {
    const { disk, record } = this.#parts;
    const to = from + target.length;
    target.set(record.subarray(from, to));
    const number = Buffer.alloc(4);
    number.writeUInt32LE(block);
    copyOverlap(target, from, { offset: BLOCK_AT, bytes: number });
    const start = block * BLOCK_BYTES;
    const stored = Math.min(BLOCK_BYTES, disk.virtualSizeBytes - start);
    const [first, last] = [Math.min(contentBefore(from), stored), Math.min(contentBefore(to), stored)];
    if (first === last) {
      return;
    }
    const content = await disk.read(start + first, last - first, options);
    for (let at = first; at < last;) {
      const length = Math.min(RAW_BLOCK_BYTES - (at % RAW_BLOCK_BYTES), last - at);
      const place = CONTENT_AT + Math.floor(at / RAW_BLOCK_BYTES) * RAW_STEP + BLOCK_HEADER_BYTES + (at % RAW_BLOCK_BYTES);
      target.set(content.subarray(at - first, at - first + length), place - from);
      at += length;
    }
  }
}

/** How much of a block's content stands in front of a place in its record. */
function contentBefore(place: number): number {
  const inFrame = Math.max(place - CONTENT_AT, 0);
  const whole = Math.floor(inFrame / RAW_STEP);
  return Math.min(whole * RAW_BLOCK_BYTES + Math.max((inFrame % RAW_STEP) - BLOCK_HEADER_BYTES, 0), BLOCK_BYTES);
}

/** Copies as much of a piece as lies in the memory of `target`, which begins at `start`. */
function copyOverlap(target: Uint8Array, start: number, { offset, bytes }: { readonly offset: number; readonly bytes: Uint8Array }): void {
  const [from, to] = [Math.max(start, offset), Math.min(start + target.length, offset + bytes.length)];
  if (from < to) {
    target.set(bytes.subarray(from - offset, to - offset), from - start);
  }
}
