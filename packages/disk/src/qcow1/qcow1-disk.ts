import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { ClusterReader } from "../qcow2/cluster-reader.ts";
import { inflateCluster } from "../qcow2/inflate-cluster.ts";
import type { TableMap } from "../mapped/table-map.ts";
import type { Qcow1Header } from "./qcow1-header.ts";

/** What was learnt while opening. */
interface Qcow1Facts {
  readonly header: Qcow1Header;
  readonly map: TableMap;
}

/** The guest's view of an opened QCOW image of version 1. Made by `openQcow1`, which says what it costs and throws. */
export class Qcow1Disk implements VirtualDisk {
  readonly format = "qcow";
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;
  readonly #map: TableMap;
  readonly #reader: ClusterReader;
  readonly #clusterSize: number;

  constructor(source: ByteSource, { header, map }: Qcow1Facts) {
    const { clusterSize } = header;
    this.#source = source;
    this.#map = map;
    this.#reader = new ClusterReader(source, {
      clusterSize,
      inflate: (compressed) => inflateCluster(compressed, { compression: "zlib", clusterSize }),
    });
    this.#clusterSize = clusterSize;
    this.virtualSizeBytes = roundUpToSector(header.sizeBytes);
    this.warnings = sizeWarnings(header.sizeBytes);
    this.details = { version: 1, clusterSizeBytes: clusterSize, entriesPerL2Table: header.entriesPerL2 };
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    let pending: Extent | undefined;
    let storedBytes = 0;
    for await (const batch of this.#map.runs({ from: 0, to: this.virtualSizeBytes }, options)) {
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
    for await (const batch of this.#map.runs({ from: offset, to: offset + target.length }, options)) {
      await this.#reader.fill(batch, { bytes: target, offset, options });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }

  /** A file cannot store more than it is long. When the tables say so, many entries share a cluster: a bomb, or damage. */
  #refuseSharedClusters(storedBytes: number): void {
    if (storedBytes > this.#source.lengthBytes + this.#clusterSize) {
      throw new DiskError(
        "disk.corrupt",
        `The tables of the QCOW image name ${storedBytes} stored bytes or more, in a file of ${this.#source.lengthBytes}.`,
        { remedy: "Take a sound copy of the image." },
      );
    }
  }
}
