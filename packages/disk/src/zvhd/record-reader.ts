import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { fillFrom } from "../core/fill-from.ts";
import { freeMemory } from "../core/free-memory.ts";
import { Limiter } from "../core/limiter.ts";
import { BufferPool } from "../pipeline/buffer-pool.ts";
import { BlockCache } from "./block-cache.ts";
import type { Content } from "./block-cache.ts";
import type { BlockPart } from "./blocks-of.ts";
import { damaged, damagedRecord } from "./damaged.ts";
import { inflateRecord, WINDOW_BYTES, withoutStreamHeader } from "./inflate-record.ts";
import { maxRecordBytes, payloadOf } from "./record.ts";
import type { RecordMap } from "./record-map.ts";
import { WindowStore } from "./window-store.ts";
import { BLOCK_BYTES } from "./zvhd-footer.ts";

/** Blocks kept in either way of reading, because several reads may want a piece of one. */
const KEPT_BLOCKS = 4;

/** Records fetched and inflated side by side: as many as the thread pool has threads. */
const MAX_SIDE_BY_SIDE = 4;

/** Thrown inside: a record cannot be inflated without the ones before it. */
class LooksBack extends Error {}

/** The part of a block that a read wants, and where to. */
interface WantedPart extends Omit<BlockPart, "at"> {
  readonly target: Uint8Array;
}

/**
 * Inflates the blocks of a ZVHD file. Its records are parts of one deflate stream, so that a part may look back at the end of the part before.
 * As long as none does (our own writer makes such files), blocks are inflated in any order, side by side. From the first that does, a cursor
 * goes through the file: forward block by block, and back to the nearest of 256 places that were passed before, or to the start.
 *
 * Memory  8 MiB of blocks in each way of reading, 8 MiB of windows, 4 records being inflated (17 MiB)
 * Throws  disk.corrupt (a record is damaged), disk.io; the reason of the signal
 */
export class RecordReader {
  readonly #source: ByteSource;
  readonly #map: RecordMap;
  readonly #readAlone = new BlockCache(KEPT_BLOCKS);
  readonly #readInOrder = new BlockCache(KEPT_BLOCKS);
  readonly #windows = new WindowStore();
  readonly #sideBySide = new Limiter(MAX_SIDE_BY_SIDE);
  readonly #cursor = new Limiter(1);
  /** Memory for records, used again. */
  readonly #records = new BufferPool(maxRecordBytes(BLOCK_BYTES), MAX_SIDE_BY_SIDE);
  #needsCursor = false;

  constructor(source: ByteSource, map: RecordMap) {
    this.#source = source;
    this.#map = map;
  }

  /** Copies a part of a block that the map knows and that has a record. */
  async copy(part: WantedPart, options?: ReadOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    if (!this.#needsCursor) {
      try {
        await copyPart(part, this.#readAlone, {
          make: () => this.#sideBySide.run(() => this.#inflateAlone(part.block)),
          signal: options?.signal,
        });
        return;
      } catch (error) {
        if (!(error instanceof LooksBack)) {
          throw error;
        }
        this.#needsCursor = true;
      }
    }
    // Only the one that has the cursor fills this cache, so that its signal stops nobody else's work.
    await this.#cursor.run(() =>
      copyPart(part, this.#readInOrder, { make: () => this.#inflateBehind(part.block, options), signal: undefined }),
    );
  }

  async #inflateAlone(block: number): Promise<Content> {
    const content = await this.#inflate(block, undefined);
    if (content === undefined) {
      throw new LooksBack();
    }
    return content;
  }

  /** Goes on from the nearest window before the block, or from the start. */
  async #inflateBehind(block: number, options: ReadOptions | undefined): Promise<Content> {
    let window = this.#windows.before(block);
    for (let next = (window?.block ?? -1) + 1; ; next += 1) {
      if (!this.#map.has(next)) {
        continue;
      }
      options?.signal?.throwIfAborted();
      const content = await this.#inflate(next, window?.bytes);
      if (content === undefined) {
        throw damaged(`The first record of the file, of block ${next}, looks back at data before it.`);
      }
      window = { block: next, bytes: Uint8Array.from(content.subarray(-WINDOW_BYTES)) };
      this.#windows.add(window);
      if (next === block) {
        return content;
      }
      freeMemory(content);
    }
  }

  async #inflate(block: number, window: Uint8Array | undefined): Promise<Content | undefined> {
    const place = this.#map.placeOf(block);
    if (place === undefined) {
      throw new RangeError(`Block ${block} has no record.`);
    }
    const memory = this.#records.take();
    try {
      const record = memory.subarray(0, place.length);
      await fillFrom(this.#source, record, place.offset);
      const payload = payloadOf(record, { offset: place.offset, block, blockBytes: BLOCK_BYTES });
      const part = block === this.#map.firstBlock ? withoutStreamHeader(payload) : payload;
      return await inflateRecord(part, window);
    } catch (error) {
      throw damagedRecord(error, { block, offset: place.offset });
    } finally {
      this.#records.give(memory);
    }
  }
}

/** How a block is made, and whether others may have to wait for that. */
interface Making {
  make(): Promise<Content>;
  readonly signal: AbortSignal | undefined;
}

/** Copies a part of a block, which is kept unless all of it was wanted. Nothing is written into the target after the answer. */
async function copyPart({ block, from, to, target }: WantedPart, kept: BlockCache, { make, signal }: Making): Promise<void> {
  if (to - from === BLOCK_BYTES) {
    const content = await make();
    target.set(content);
    freeMemory(content);
  } else {
    await kept.use(block, { make, look: (content) => target.set(content.subarray(from, to)) }, signal);
  }
}
