import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { ClusterReader } from "./cluster-reader.ts";
import type { ClusterCodec } from "./cluster-reader.ts";
import type { ClusterRun } from "./run-list.ts";

/** Everything a disk of clusters, some of them compressed, is made of. */
export interface ClusterDiskParts {
  readonly format: VirtualDisk["format"];
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly codec: ClusterCodec;
  /** Lists the runs of a range in batches: ascending, no gaps. */
  runs(range: { readonly from: number; readonly to: number }, options?: ReadOptions): AsyncIterable<readonly ClusterRun[]>;
}

/** The guest's view of an opened QCOW or qcow2 image. Made by `openQcow1` and `openQcow2`, which say what it costs and throws. */
export class ClusterDisk implements VirtualDisk {
  readonly format: VirtualDisk["format"];
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;
  readonly #parts: ClusterDiskParts;
  readonly #reader: ClusterReader;

  constructor(source: ByteSource, parts: ClusterDiskParts) {
    this.format = parts.format;
    this.virtualSizeBytes = parts.virtualSizeBytes;
    this.warnings = parts.warnings;
    this.details = parts.details;
    this.#source = source;
    this.#parts = parts;
    this.#reader = new ClusterReader(source, parts.codec);
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    let pending: Extent | undefined;
    let storedBytes = 0;
    for await (const batch of this.#parts.runs({ from: 0, to: this.virtualSizeBytes }, options)) {
      for (const run of batch) {
        storedBytes += run.kind === "data" ? run.length : 0;
        const kind = run.kind === "compressed" ? "data" : run.kind;
        if (pending?.kind === kind) {
          pending = { offset: pending.offset, length: pending.length + run.length, kind };
        } else {
          if (pending !== undefined) {
            yield pending;
          }
          pending = { offset: run.offset, length: run.length, kind };
        }
      }
      this.#refuseSharedClusters(storedBytes);
    }
    if (pending !== undefined) {
      yield pending;
    }
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    for await (const batch of this.#parts.runs({ from: offset, to: offset + target.length }, options)) {
      await this.#reader.fill(batch, { bytes: target, offset, options });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }

  /** A file cannot store more than it is long. When the tables say so, many entries share a cluster: a bomb, or damage. */
  #refuseSharedClusters(storedBytes: number): void {
    if (storedBytes > this.#source.lengthBytes + this.#parts.codec.clusterSize) {
      throw new DiskError(
        "disk.corrupt",
        `The tables of the ${this.format} image name ${storedBytes} stored bytes or more, in a file of ${this.#source.lengthBytes}.`,
        { remedy: "Take a sound copy of the image." },
      );
    }
  }
}
