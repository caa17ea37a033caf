import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { ByteLru } from "../core/byte-lru.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError, isDiskError } from "../core/disk-error.ts";
import { Limiter } from "../core/limiter.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import { settleAll } from "../core/settle-all.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { blockExtents } from "../zvhd/block-extents.ts";
import { blocksOf } from "../zvhd/blocks-of.ts";
import { detailsOf } from "../zvhd/footer-details.ts";
import { payloadOf } from "../zvhd/record.ts";
import { inflateBlock } from "./inflate-block.ts";
import type { RecordIndex } from "./record-index.ts";
import { ZVHD2_VERSION } from "./zvhd2-footer.ts";
import type { Zvhd2Footer, Zvhd2Tables } from "./zvhd2-footer.ts";

/** Records being fetched and decompressed: as many as the thread pool has threads. */
const MAX_SIDE_BY_SIDE = 4;

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
  readonly #sideBySide = new Limiter(MAX_SIDE_BY_SIDE);
  readonly #partlyUsed = new ByteLru<Uint8Array>(CACHE_BYTES);

  constructor(source: ByteSource, { footer, tables, index }: Zvhd2Facts) {
    this.#source = source;
    this.#footer = footer;
    this.#index = index;
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

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.virtualSizeBytes);
    const target = Buffer.allocUnsafe(length);
    await this.readInto(target, offset, options);
    return target;
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
      piece.set(await this.#load(block, options));
    } else {
      // Without the caller's signal, since others may wait for the same block.
      piece.set((await this.#partlyUsed.get(block, blockBytes, () => this.#load(block))).subarray(from, to));
    }
  }

  #load(block: number, options?: ReadOptions): Promise<Uint8Array> {
    return this.#sideBySide.run(async () => {
      options?.signal?.throwIfAborted();
      const { offset, length } = await this.#index.placeOf(block);
      const record = await this.#source.read(offset, length, options);
      const { blockBytes } = this.#footer;
      const payload = payloadOf(record, { offset, block, blockBytes });
      try {
        return await inflateBlock(payload, this.#footer);
      } catch (error) {
        throw withPlace(error, `The record of block ${block} at ${offset} of the file is damaged.`);
      }
    });
  }
}

function withPlace(error: unknown, place: string): unknown {
  if (!isDiskError(error)) {
    return error;
  }
  const remedy = error.remedy ?? "Copy or upload the file again; if it stays the same, make the image anew from its source.";
  return new DiskError(error.code, `${place} ${error.message}`, { remedy, cause: error });
}
