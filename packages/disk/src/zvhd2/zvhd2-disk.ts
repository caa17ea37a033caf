import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { fillFrom } from "../core/fill-from.ts";
import { freeMemory } from "../core/free-memory.ts";
import { Limiter } from "../core/limiter.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import { settleAll } from "../core/settle-all.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { BlockCache } from "../zvhd/block-cache.ts";
import type { Content } from "../zvhd/block-cache.ts";
import { blockExtents } from "../zvhd/block-extents.ts";
import { blocksOf } from "../zvhd/blocks-of.ts";
import { damagedRecord } from "../zvhd/damaged.ts";
import { detailsOf } from "../zvhd/footer-details.ts";
import { maxRecordBytes, payloadOf } from "../zvhd/record.ts";
import { inflateBlock } from "./inflate-block.ts";
import type { RecordIndex } from "./record-index.ts";
import { ZVHD2_VERSION } from "./zvhd2-footer.ts";
import type { Zvhd2Footer, Zvhd2Tables } from "./zvhd2-footer.ts";

/** Blocks being fetched and decompressed: as many as the thread pool has threads, fewer where they are large. */
const MAX_SIDE_BY_SIDE = 4;
const MAX_SIDE_BY_SIDE_BYTES = 16 * 1024 * 1024;

/** Blocks kept because a read took only a piece of them. */
const CACHE_BYTES = 8 * 1024 * 1024;

/** What was learnt while opening. */
interface Zvhd2Facts {
  readonly footer: Zvhd2Footer;
  readonly tables: Zvhd2Tables;
  readonly index: RecordIndex;
}

/** The guest's view of an opened ZVHD2 image. Made by `openZvhd2`, which says what it costs and throws. */
export class Zvhd2Disk implements VirtualDisk {
  readonly format = "zvhd2";
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;
  readonly #footer: Zvhd2Footer;
  readonly #index: RecordIndex;
  readonly #sideBySide: Limiter;
  /** Memory for records, used again. */
  readonly #records: BufferPool;
  readonly #partlyUsed: BlockCache;

  constructor(source: ByteSource, { footer, tables, index }: Zvhd2Facts) {
    this.#source = source;
    this.#footer = footer;
    this.#index = index;
    const sideBySide = Math.max(1, Math.min(MAX_SIDE_BY_SIDE, Math.floor(MAX_SIDE_BY_SIDE_BYTES / footer.blockBytes)));
    this.#sideBySide = new Limiter(sideBySide);
    this.#partlyUsed = new BlockCache(Math.max(1, Math.floor(CACHE_BYTES / footer.blockBytes)));
    this.#records = new BufferPool(maxRecordBytes(footer.blockBytes), sideBySide);
    this.virtualSizeBytes = roundUpToSector(footer.sizeBytes);
    this.warnings = sizeWarnings(footer.sizeBytes);
    this.details = {
      ...detailsOf(footer),
      version: ZVHD2_VERSION,
      blockSizeBytes: footer.blockBytes,
      compression: footer.method,
      storedBlocks: tables.storedBlocks,
    };
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    const { virtualSizeBytes } = this;
    return blockExtents({ virtualSizeBytes, blockBytes: this.#footer.blockBytes, has: (block) => this.#index.has(block) }, options);
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    const { blockBytes } = this.#footer;
    const tasks: Promise<void>[] = [];
    for (const { block, from, to, at } of blocksOf({ offset, length: target.length, blockBytes })) {
      const piece = target.subarray(at, at + to - from);
      if (this.#index.has(block)) {
        tasks.push(this.#copy(block, { from, to, piece }, options));
      } else {
        piece.fill(0);
      }
    }
    await settleAll(tasks);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }

  async #copy(block: number, part: { from: number; to: number; piece: Uint8Array }, options: ReadOptions | undefined): Promise<void> {
    const { blockBytes } = this.#footer;
    const { from, to, piece } = part;
    if (piece.length === blockBytes) {
      const content = await this.#load(block, options);
      piece.set(content);
      freeMemory(content);
    } else {
      const look = (content: Content): void => piece.set(content.subarray(from, to));
      await this.#partlyUsed.use(block, { make: () => this.#load(block), look }, options?.signal);
    }
  }

  #load(block: number, options?: ReadOptions): Promise<Content> {
    return this.#sideBySide.run(async () => {
      options?.signal?.throwIfAborted();
      const { offset, length } = await this.#index.placeOf(block);
      const memory = this.#records.take();
      try {
        const record = memory.subarray(0, length);
        await fillFrom(this.#source, record, offset, options);
        return await this.#inflate(record, { offset, block });
      } finally {
        this.#records.give(memory);
      }
    });
  }

  async #inflate(record: Uint8Array, { offset, block }: { offset: number; block: number }): Promise<Content> {
    const payload = payloadOf(record, { offset, block, blockBytes: this.#footer.blockBytes });
    try {
      return await inflateBlock(payload, this.#footer);
    } catch (error) {
      throw damagedRecord(error, { block, offset });
    }
  }
}
