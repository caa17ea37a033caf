import { pairExtents } from "../compare/pair-extents.ts";
import type { Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { fillFrom } from "../core/fill-from.ts";
import { mergeExtents } from "../core/merge-extents.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { settleAll } from "../core/settle-all.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { DiskWindow } from "./disk-window.ts";
import { HoleList } from "./hole-list.ts";

/**
 * Lays a disk over another, as a backing chain does: holes of the top show the bottom, its data and its zeros hide it. The size is the top's;
 * behind the end of a shorter bottom there are zeros. Several layers are `overlayDisk(top, await overlayDisk(middle, base))`, or the other way
 * round: both give the same disk. The two are taken over: closed with this one, and when this fails.
 *
 * Memory  16 bytes a hole of the top, at most 64 MiB (see `HoleList`)
 * Throws  disk.limit (too many holes), what the disks throw
 */
export function overlayDisk(top: VirtualDisk, bottom: VirtualDisk, options: ReadOptions = {}): Promise<VirtualDisk> {
  const both = { [Symbol.asyncDispose]: () => closeBoth(top, bottom) };
  return closeOnFailure(both, async () => new OverlayDisk(top, bottom, await HoleList.of(top, options)));
}

function closeBoth(top: VirtualDisk, bottom: VirtualDisk): Promise<void> {
  return settleAll([top, bottom].map(async (disk) => disk[Symbol.asyncDispose]()));
}

class OverlayDisk implements VirtualDisk {
  readonly format: VirtualDisk["format"];
  readonly virtualSizeBytes: number;
  readonly sectorSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #top: VirtualDisk;
  readonly #bottom: VirtualDisk;
  readonly #holes: HoleList;

  constructor(top: VirtualDisk, bottom: VirtualDisk, holes: HoleList) {
    this.#top = top;
    this.#bottom = new DiskWindow(bottom, { offset: 0, length: top.virtualSizeBytes });
    this.#holes = holes;
    this.format = top.format;
    this.virtualSizeBytes = top.virtualSizeBytes;
    this.sectorSizeBytes = top.sectorSizeBytes;
    this.warnings = [...top.warnings, ...bottom.warnings];
    this.details = top.details;
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    return mergeExtents(this.#layeredExtents(options));
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    options?.signal?.throwIfAborted();
    for (const stretch of this.#holes.split(offset, target.length)) {
      const start = stretch.offset - offset;
      const layer = stretch.isHole ? this.#bottom : this.#top;
      await fillFrom(layer, target.subarray(start, start + stretch.length), stretch.offset, options);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return closeBoth(this.#top, this.#bottom);
  }

  async *#layeredExtents(options?: ReadOptions): AsyncGenerator<Extent> {
    for await (const { offset, length, a: top, b: bottom } of pairExtents(this.#top, this.#bottom, options)) {
      yield { offset, length, kind: top === "hole" ? bottom : top };
    }
  }
}
