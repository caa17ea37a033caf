import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { ByteLru } from "../core/byte-lru.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { damaged } from "../zvhd/damaged.ts";
import { maxRecordBytes, PAGE_BYTES } from "../zvhd/record.ts";
import type { RecordPlace } from "../zvhd/record-lengths.ts";
import { BlockBitmap } from "./block-bitmap.ts";
import { BITMAP_SEGMENT_BYTES, ENTRIES_PER_SEGMENT, INDEX_ENTRY_BYTES, INDEX_SEGMENT_BYTES } from "./zvhd2-footer.ts";
import type { Zvhd2Footer, Zvhd2Tables } from "./zvhd2-footer.ts";

/** An index up to this long is read together with the bitmap: 256 GiB of data. */
const MAX_READ_AT_ONCE_BYTES = 4 * INDEX_SEGMENT_BYTES;

/** Segments of a longer index kept in memory: 1 TiB of data. */
const CACHE_BYTES = 16 * INDEX_SEGMENT_BYTES;

/** What was learnt from the last block. */
interface Facts {
  readonly footer: Zvhd2Footer;
  readonly tables: Zvhd2Tables;
}

/**
 * Answers where the record of a block stands: its bit says whether it has one, the number of bits before it which entry of the index.
 *
 * Memory  the bitmap (64 KiB for a TiB, 4 MiB for 64 TiB), at most 2 MiB of index read with it, 8 MiB of checked index segments
 */
export class RecordIndex {
  readonly #source: ByteSource;
  readonly #facts: Facts;
  readonly #bitmap: BlockBitmap;
  /** The whole index, when it was short enough to come with the bitmap. */
  readonly #whole: Uint8Array | undefined;
  readonly #segments = new ByteLru<DataView>(CACHE_BYTES);

  private constructor(source: ByteSource, facts: Facts, read: { bitmap: BlockBitmap; whole: Uint8Array | undefined }) {
    this.#source = source;
    this.#facts = facts;
    this.#bitmap = read.bitmap;
    this.#whole = read.whole;
  }

  /** Reads the bitmap, and the index with it where that is short. Throws disk.corrupt (the bitmap has other bits than there are records). */
  static async load(source: ByteSource, facts: Facts, options?: ReadOptions): Promise<RecordIndex> {
    const { indexOffset, indexSegments, bitmapOffset, bitmapSegments, storedBlocks } = facts.tables;
    const indexBytes = indexSegments * INDEX_SEGMENT_BYTES;
    const isShort = indexBytes <= MAX_READ_AT_ONCE_BYTES && bitmapOffset === indexOffset + indexBytes;
    const start = isShort ? indexOffset : bitmapOffset;
    const bytes = await source.read(start, bitmapOffset + bitmapSegments * BITMAP_SEGMENT_BYTES - start, options);
    const bitmap = new BlockBitmap(bytes.subarray(bitmapOffset - start), facts.footer.blockCount);
    if (bitmap.count !== storedBlocks) {
      throw damaged(`The bitmap at ${bitmapOffset} has ${bitmap.count} bits, and the non_zero_blk_num at 136 is ${storedBlocks}.`);
    }
    return new RecordIndex(source, facts, { bitmap, whole: isShort ? bytes.subarray(0, indexBytes) : undefined });
  }

  /** Tells whether a block has a record; one without is all zeros. */
  has(block: number): boolean {
    return this.#bitmap.has(block);
  }

  /**
   * Answers where the record of a block stands that has one.
   *
   * Throws  disk.corrupt (its segment of the index is not what the bitmap says, or names places that no record can have), disk.io
   */
  async placeOf(block: number): Promise<RecordPlace> {
    const rank = this.#bitmap.rank(block);
    const number = Math.floor(rank / ENTRIES_PER_SEGMENT);
    const segment = await this.#segments.get(number, INDEX_SEGMENT_BYTES, () => this.#readSegment(number));
    const at = (rank % ENTRIES_PER_SEGMENT) * INDEX_ENTRY_BYTES;
    return { offset: readU64Le(segment, at), length: segment.getUint32(at + 12, true) };
  }

  // Without the caller's signal, since others may wait for the same segment.
  async #readSegment(number: number): Promise<DataView> {
    const start = number * INDEX_SEGMENT_BYTES;
    const bytes =
      this.#whole?.subarray(start, start + INDEX_SEGMENT_BYTES) ??
      (await this.#source.read(this.#facts.tables.indexOffset + start, INDEX_SEGMENT_BYTES));
    const segment = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#checkSegment(segment, number);
    return segment;
  }

  /** Entries follow the bits of the bitmap one by one, and their records lie one behind the other. */
  #checkSegment(segment: DataView, number: number): void {
    const { footer, tables } = this.#facts;
    const firstRank = number * ENTRIES_PER_SEGMENT;
    const entries = Math.min(tables.storedBlocks - firstRank, ENTRIES_PER_SEGMENT);
    const maxBytes = maxRecordBytes(footer.blockBytes);
    const recordsEnd = tables.indexOffset - PAGE_BYTES;
    let block: number | undefined = this.#bitmap.select(firstRank);
    let end = PAGE_BYTES;
    for (let entry = 0; entry < entries; entry += 1) {
      const at = entry * INDEX_ENTRY_BYTES;
      const offset = readU64Le(segment, at);
      const named = segment.getUint32(at + 8, true);
      const length = segment.getUint32(at + 12, true);
      if (named !== block) {
        throw damaged(`Entry ${firstRank + entry} of the index is of block ${named}, and the bitmap has block ${block} there.`);
      }
      const isPlace = offset >= end && offset % PAGE_BYTES === 0 && offset + length <= recordsEnd;
      if (!isPlace || length === 0 || length % PAGE_BYTES !== 0 || length > maxBytes) {
        throw damaged(
          `Entry ${firstRank + entry} of the index names ${length} bytes at ${offset}, where no record can be: they lie from ${end} to ${recordsEnd}.`,
        );
      }
      end = offset + length;
      block = this.#bitmap.next(block + 1);
    }
  }
}
