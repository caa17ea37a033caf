import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { roundUpToSector, SECTOR_BYTES, sizeWarnings } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { ClusterMap } from "./cluster-map.ts";
import { ClusterReader } from "./cluster-reader.ts";
import type { HeaderExtensions } from "./header-extensions.ts";
import { inflateCluster } from "./inflate-cluster.ts";
import type { Qcow2Header } from "./qcow2-header.ts";

/** What was learnt while opening. */
interface Qcow2Facts {
  readonly header: Qcow2Header;
  readonly extensions: HeaderExtensions;
  readonly map: ClusterMap;
}

/** The guest's view of an opened qcow2 image. Made by `openQcow2`, which says what it costs and throws. */
export class Qcow2Disk implements VirtualDisk {
  readonly format = "qcow2";
  readonly sectorSizeBytes = SECTOR_BYTES;
  readonly virtualSizeBytes: number;
  readonly warnings: readonly DiskWarning[];
  readonly details: VirtualDisk["details"];
  readonly #source: ByteSource;
  readonly #map: ClusterMap;
  readonly #reader: ClusterReader;
  readonly #clusterSize: number;

  constructor(source: ByteSource, { header, extensions, map }: Qcow2Facts) {
    this.#source = source;
    this.#map = map;
    this.#reader = new ClusterReader(source, {
      clusterSize: header.clusterSize,
      inflate: (compressed) => inflateCluster(compressed, header),
    });
    this.#clusterSize = header.clusterSize;
    this.virtualSizeBytes = roundUpToSector(header.sizeBytes);
    this.warnings = [...sizeWarnings(header.sizeBytes), ...warningsOf(header)];
    this.details = detailsOf(header, extensions);
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
    for await (const batch of this.#map.runs(offset, offset + target.length, options)) {
      await this.#reader.fill(batch, { bytes: target, offset, options });
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#source[Symbol.asyncDispose]());
  }

  /** A file cannot store more than it is long. When the table says so, many entries share a cluster: a bomb, or damage. */
  #refuseSharedClusters(storedBytes: number): void {
    if (storedBytes > this.#source.lengthBytes + this.#clusterSize) {
      throw new DiskError(
        "disk.corrupt",
        `The qcow2 tables name ${storedBytes} stored bytes or more, in a file of ${this.#source.lengthBytes}.`,
      );
    }
  }
}

function warningsOf(header: Qcow2Header): DiskWarning[] {
  const warnings: DiskWarning[] = [];
  if (header.isDirty) {
    warnings.push({ code: "qcow2.dirty", message: "The image was not closed cleanly; its content is read as it stands." });
  }
  if (header.snapshotCount > 0) {
    const message = `The image holds ${header.snapshotCount} internal snapshots; only the active state is read.`;
    warnings.push({ code: "qcow2.snapshots", message });
  }
  return warnings;
}

function detailsOf(header: Qcow2Header, extensions: HeaderExtensions): VirtualDisk["details"] {
  return {
    version: header.version,
    clusterSizeBytes: header.clusterSize,
    compression: header.compression,
    extendedL2: header.l2EntryBytes === 16,
    refcountBits: header.refcountBits,
    lazyRefcounts: header.hasLazyRefcounts,
    dirty: header.isDirty,
    snapshots: header.snapshotCount,
    bitmaps: extensions.bitmapCount,
  };
}
