import type { Extent, ReadOptions } from "../core/byte-source.ts";
import { fillFrom } from "../core/fill-from.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";

/** The bytes of an optical disc, with what was learnt of it. Made by `openIso`, which says what it costs and throws. */
export class IsoDisk implements VirtualDisk {
  readonly format = "iso";
  readonly virtualSizeBytes: number;
  /** Of the disk that the bytes are: logical blocks of a disc are larger, but hybrid discs are partitioned in these. */
  readonly sectorSizeBytes: number;
  readonly warnings: VirtualDisk["warnings"];
  readonly details: VirtualDisk["details"];
  readonly #bytes: VirtualDisk;

  constructor(bytes: VirtualDisk, facts: Pick<VirtualDisk, "warnings" | "details">) {
    this.#bytes = bytes;
    this.virtualSizeBytes = bytes.virtualSizeBytes;
    this.sectorSizeBytes = bytes.sectorSizeBytes;
    this.warnings = facts.warnings;
    this.details = facts.details;
  }

  extents(options?: ReadOptions): AsyncIterable<Extent> {
    return this.#bytes.extents(options);
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return this.#bytes.read(offset, length, options);
  }

  readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    return fillFrom(this.#bytes, target, offset, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#bytes[Symbol.asyncDispose]());
  }
}
