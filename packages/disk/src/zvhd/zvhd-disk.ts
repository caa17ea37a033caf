import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import { settleAll } from "../core/settle-all.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { RecordMap } from "./record-map.ts";
import { RecordReader } from "./record-reader.ts";
import { blockExtents } from "./block-extents.ts";
import { blocksOf } from "./blocks-of.ts";
import { detailsOf } from "./footer-details.ts";
import { BLOCK_BYTES } from "./zvhd-footer.ts";
import type { ZvhdFooter } from "./zvhd-footer.ts";

/** The guest's view of an opened ZVHD image. Made by `openZvhd`, which says what it costs and throws. */
export class ZvhdDisk implements VirtualDisk {
  readonly format = "zvhd";
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;
  readonly #map: RecordMap;
  readonly #reader: RecordReader;

  constructor(source: ByteSource, footer: ZvhdFooter) {
    this.#source = source;
    this.virtualSizeBytes = roundUpToSector(footer.sizeBytes);
    this.warnings = sizeWarnings(footer.sizeBytes);
    this.details = { ...detailsOf(footer), blockSizeBytes: BLOCK_BYTES, compression: "zlib" };
    this.#map = new RecordMap(source, Math.ceil(footer.sizeBytes / BLOCK_BYTES));
    this.#reader = new RecordReader(source, this.#map);
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    const { virtualSizeBytes } = this;
    return blockExtents(
      {
        virtualSizeBytes,
        blockBytes: BLOCK_BYTES,
        know: (block, readOptions) => this.#map.know(block, readOptions),
        has: (block) => this.#map.has(block),
      },
      options,
    );
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    await this.#map.know(Math.floor((offset + target.length - 1) / BLOCK_BYTES), options);
    const range = { offset, length: target.length, blockBytes: BLOCK_BYTES };
    await settleAll(
      [...blocksOf(range)].map(async ({ block, from, to, at }) => {
        const piece = target.subarray(at, at + to - from);
        if (this.#map.has(block)) {
          await this.#reader.copy({ block, from, to, target: piece }, options);
        } else {
          piece.fill(0);
        }
      }),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }
}
