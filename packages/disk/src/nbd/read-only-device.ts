import type { ReadOptions } from "../core/byte-source.ts";
import { orAborted } from "../core/or-aborted.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { HoleList } from "../transform/hole-list.ts";
import { listZeros } from "../transform/list-zeros.ts";
import type { BlockDevice, Stretch } from "./block-device.ts";

/**
 * A disk as a device that nobody can change. The disk is taken over. Its map is read when it is first asked for, whole, since a disk lists it
 * from the start only.
 *
 * Memory  16 bytes a stretch of zeros, at most 64 MiB (see `HoleList`)
 */
export class ReadOnlyDevice implements BlockDevice {
  readonly sizeBytes: number;
  readonly #disk: VirtualDisk;
  readonly #closing = new AbortController();
  #zeros: Promise<HoleList> | undefined;

  constructor(disk: VirtualDisk) {
    this.#disk = disk;
    this.sizeBytes = disk.virtualSizeBytes;
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return this.#disk.read(offset, length, options);
  }

  async *stretches(offset: number, length: number, options?: ReadOptions): AsyncGenerator<Stretch> {
    const zeros = await orAborted(this.#loadZeros(), options?.signal);
    for (const { isHole, ...range } of zeros.split(offset, length)) {
      yield { ...range, isZero: isHole };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new Error("The device was closed."));
    await Promise.allSettled([this.#zeros]);
    await this.#disk[Symbol.asyncDispose]();
  }

  /** Read for all who ask, so no single one of them may stop it. What failed is tried again by the next. */
  #loadZeros(): Promise<HoleList> {
    if (this.#zeros === undefined) {
      const loading = listZeros(this.#disk, { signal: this.#closing.signal });
      loading.catch(() => (this.#zeros = undefined));
      this.#zeros = loading;
    }
    return this.#zeros;
  }
}
