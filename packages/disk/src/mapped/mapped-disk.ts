import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import type { DiskFormat } from "../core/disk-format.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { ClusterReader } from "../qcow2/cluster-reader.ts";
import type { ClusterRun } from "../qcow2/run-list.ts";
import type { TableMap } from "./table-map.ts";

/** What was learnt while opening. */
export interface MappedDiskFacts {
  readonly format: DiskFormat;
  readonly source: ByteSource;
  readonly map: TableMap;
  readonly clusterSize: number;
  /** Decompresses one cluster; absent for a format that has no compressed ones. */
  readonly inflate?: ((compressed: Uint8Array) => Promise<Uint8Array>) | undefined;
  /** Size of the disk as the header states it; perhaps not whole sectors. */
  readonly sizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
}

/**
 * The guest's view of a file whose tables say where each cluster is. Holds for every format of that kind; what is special is in the map.
 *
 * Memory  that of `TableMap` and `ClusterReader`
 * Throws  as the map's decoder; disk.corrupt (the tables name more bytes than the file has)
 */
export class MappedDisk implements VirtualDisk {
  readonly format: DiskFormat;
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;
  readonly #map: TableMap;
  readonly #reader: ClusterReader;
  readonly #clusterSize: number;

  constructor(facts: MappedDiskFacts) {
    this.format = facts.format;
    this.virtualSizeBytes = roundUpToSector(facts.sizeBytes);
    this.warnings = [...sizeWarnings(facts.sizeBytes), ...facts.warnings];
    this.details = facts.details;
    this.#source = facts.source;
    this.#map = facts.map;
    this.#reader = new ClusterReader(facts.source, { clusterSize: facts.clusterSize, inflate: facts.inflate ?? refuseCompressed });
    this.#clusterSize = facts.clusterSize;
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    let pending: Extent | undefined;
    let storedBytes = 0;
    for await (const batch of this.#map.runs(0, this.virtualSizeBytes, options)) {
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

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.virtualSizeBytes);
    const target = Buffer.allocUnsafe(length);
    await this.readInto(target, offset, options);
    return target;
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.virtualSizeBytes);
    for await (const batch of this.runs(offset, target.length, options)) {
      await this.#reader.fill(batch, { bytes: target, offset, options });
    }
  }

  /** Lists where `length` bytes from `offset` are; for views that look beneath holes. */
  runs(offset: number, length: number, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    return this.#map.runs(offset, offset + length, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }

  /** A file cannot store more than it is long. When the tables say so, many entries share a cluster: a bomb, or damage. */
  #refuseSharedClusters(storedBytes: number): void {
    if (storedBytes > this.#source.lengthBytes + this.#clusterSize) {
      throw new DiskError(
        "disk.corrupt",
        `The tables of the ${this.format} image name ${storedBytes} stored bytes or more, in a file of ${this.#source.lengthBytes}.`,
        { remedy: "Take a sound copy of the image." },
      );
    }
  }
}

function refuseCompressed(): Promise<never> {
  return Promise.reject(new DiskError("disk.corrupt", "This format has no compressed clusters."));
}
