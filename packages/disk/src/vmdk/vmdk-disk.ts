import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { mergeExtents } from "../core/merge-extents.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { settleAll } from "../core/settle-all.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { VmdkExtent } from "./vmdk-extent.ts";

/** What was learnt while opening. */
export interface VmdkFacts {
  /** In the order of the disk. */
  readonly parts: readonly VmdkExtent[];
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
}

/** The guest's view of an opened VMDK. Made by `openVmdk`, which says what it costs and throws. */
export class VmdkDisk implements VirtualDisk {
  readonly format = "vmdk";
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #owned: readonly ByteSource[];
  readonly #parts: readonly { readonly extent: VmdkExtent; readonly start: number }[];

  /** `owned` are closed with the disk. */
  constructor(owned: readonly ByteSource[], facts: VmdkFacts) {
    this.#owned = owned;
    this.warnings = facts.warnings;
    this.details = facts.details;
    let start = 0;
    this.#parts = facts.parts.map((extent) => {
      const part = { extent, start };
      start += extent.lengthBytes;
      return part;
    });
    this.virtualSizeBytes = start;
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    return mergeExtents(this.#allExtents(options));
  }

  async *#allExtents(options?: ReadOptions): AsyncGenerator<Extent> {
    for (const { extent, start } of this.#parts) {
      for await (const { offset, length, kind } of extent.extents(options)) {
        yield { offset: start + offset, length, kind };
      }
    }
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    for (const { extent, start } of this.#parts) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + target.length, start + extent.lengthBytes);
      if (from < to) {
        await extent.readInto(target.subarray(from - offset, to - offset), from - start, options);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await settleAll(this.#owned.map((source) => Promise.resolve(source[Symbol.asyncDispose]())));
  }
}
