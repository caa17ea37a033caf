import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { ByteLru } from "../core/byte-lru.ts";
import { DiskError, isDiskError } from "../core/disk-error.ts";
import { Limiter } from "../core/limiter.ts";
import { damaged } from "./damaged.ts";
import { inflateRecord, WINDOW_BYTES, withoutStreamHeader } from "./inflate-record.ts";
import { payloadOf } from "./record.ts";
import type { RecordMap } from "./record-map.ts";
import { WindowStore } from "./window-store.ts";
import { BLOCK_BYTES } from "./zvhd-footer.ts";

/** Blocks kept in either way of reading, because several reads may want a piece of one. */
const CACHE_BYTES = 4 * BLOCK_BYTES;

/** Records fetched and inflated side by side: as many as the thread pool has threads. */
const MAX_SIDE_BY_SIDE = 4;

/** Thrown inside: a record cannot be inflated without the ones before it. */
class LooksBack extends Error {}

/**
 * Inflates the blocks of a ZVHD file. Its records are parts of one deflate stream, so that a part may look back at the end of the part before.
 * As long as none does (our own writer makes such files), blocks are inflated in any order, side by side. From the first that does, a cursor
 * goes through the file: forward block by block, and back to the nearest of 256 places that were passed before, or to the start.
 *
 * Memory  8 MiB of blocks in each way of reading, 8 MiB of windows, 4 records being inflated
 * Throws  disk.corrupt (a record is damaged), disk.io; the reason of the signal
 */
export class RecordReader {
  readonly #source: ByteSource;
  readonly #map: RecordMap;
  readonly #readAlone = new ByteLru<Uint8Array>(CACHE_BYTES);
  readonly #readInOrder = new ByteLru<Uint8Array>(CACHE_BYTES);
  readonly #windows = new WindowStore();
  readonly #sideBySide = new Limiter(MAX_SIDE_BY_SIDE);
  readonly #cursor = new Limiter(1);
  #needsCursor = false;

  constructor(source: ByteSource, map: RecordMap) {
    this.#source = source;
    this.#map = map;
  }

  /** Answers the content of a block that the map knows and that has a record. */
  async content(block: number, options?: ReadOptions): Promise<Uint8Array> {
    if (!this.#needsCursor) {
      try {
        return await this.#readAlone.get(block, BLOCK_BYTES, () => this.#sideBySide.run(() => this.#inflateAlone(block)));
      } catch (error) {
        if (!(error instanceof LooksBack)) {
          throw error;
        }
        this.#needsCursor = true;
      }
    }
    // Only the one that has the cursor fills this cache, so that its signal stops nobody else's work.
    return this.#cursor.run(() => this.#readInOrder.get(block, BLOCK_BYTES, () => this.#inflateBehind(block, options)));
  }

  async #inflateAlone(block: number): Promise<Uint8Array> {
    const content = await this.#inflate(block, undefined);
    if (content === undefined) {
      throw new LooksBack();
    }
    return content;
  }

  /** Goes on from the nearest window before the block, or from the start. */
  async #inflateBehind(block: number, options: ReadOptions | undefined): Promise<Uint8Array> {
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
    }
  }

  async #inflate(block: number, window: Uint8Array | undefined): Promise<Uint8Array | undefined> {
    const place = this.#map.placeOf(block);
    if (place === undefined) {
      throw new RangeError(`Block ${block} has no record.`);
    }
    const record = await this.#source.read(place.offset, place.length);
    const payload = payloadOf(record, { offset: place.offset, block, blockBytes: BLOCK_BYTES });
    try {
      return await inflateRecord(block === this.#map.firstBlock ? withoutStreamHeader(payload) : payload, window);
    } catch (error) {
      if (!isDiskError(error)) {
        throw error;
      }
      throw new DiskError(error.code, `The record of block ${block} at ${place.offset} of the file is damaged. ${error.message}`, {
        ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
        cause: error,
      });
    }
  }
}
