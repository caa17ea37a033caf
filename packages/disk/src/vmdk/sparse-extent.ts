import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { readU64Le } from "../core/read-u64-le.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { ClusterReader } from "../mapped/cluster-reader.ts";
import type { ClusterRun } from "../mapped/run-list.ts";
import { GrainMap } from "./grain-map.ts";
import type { GrainTables } from "./grain-tables.ts";
import { inflateGrain } from "./inflate-grain.ts";
import { GRAIN_MARKER_BYTES } from "./scan-markers.ts";
import type { GrainShape } from "./sparse-header.ts";
import { corruptVmdk } from "./vmdk-error.ts";
import type { VmdkExtent } from "./vmdk-extent.ts";

/**
 * A stretch of disk in a sparse file, of either kind: grains where something was written, plain or compressed.
 *
 * Memory  its tables (see their classes) and what reads in flight need (see `ClusterReader`)
 * Throws  while reading disk.corrupt, disk.truncated, disk.io
 */
export class SparseExtent implements VmdkExtent {
  readonly lengthBytes: number;
  readonly #source: ByteSource;
  readonly #shape: GrainShape;
  readonly #map: GrainMap;
  readonly #reader: ClusterReader;

  constructor(source: ByteSource, shape: GrainShape, tables: GrainTables) {
    this.#source = source;
    this.#shape = shape;
    this.lengthBytes = shape.capacityBytes;
    this.#map = new GrainMap(tables, shape, source.lengthBytes);
    this.#reader = new ClusterReader(source, {
      clusterSize: shape.grainBytes,
      inflate: (compressed, run) => this.#inflate(compressed, run),
    });
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    let storedBytes = 0;
    for await (const batch of this.#map.runs(0, this.lengthBytes, options)) {
      for (const { kind, offset, length } of batch) {
        storedBytes += kind === "data" ? length : kind === "compressed" ? SECTOR_BYTES : 0;
        yield { offset, length, kind: kind === "compressed" ? "data" : kind };
      }
      this.#refuseSharedGrains(storedBytes);
    }
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    for await (const batch of this.#map.runs(offset, offset + target.length, options)) {
      await this.#reader.fill(batch, { bytes: target, offset, options });
    }
  }

  /** A file cannot store more than it is long. When the tables say so, many entries share a grain: a bomb, or damage. */
  #refuseSharedGrains(storedBytes: number): void {
    if (storedBytes > this.#source.lengthBytes + this.#shape.grainBytes) {
      throw corruptVmdk(`its grain tables name ${storedBytes} stored bytes or more, in a file of ${this.#source.lengthBytes}`);
    }
  }

  async #inflate(fetched: Uint8Array, run: ClusterRun): Promise<Uint8Array<ArrayBuffer>> {
    const { grainBytes, hasMarkers, capacityBytes } = this.#shape;
    const start = run.offset - (run.offset % grainBytes);
    const size = { grainBytes, neededBytes: Math.min(grainBytes, capacityBytes - start) };
    return inflateGrain(hasMarkers ? await this.#behindMarker(fetched, { start, hostOffset: run.hostOffset }) : fetched, size);
  }

  /** Answers the bytes that a grain's marker announces; fetches them once more when they are longer than any sane grain. */
  async #behindMarker(fetched: Uint8Array, grain: { readonly start: number; readonly hostOffset: number }): Promise<Uint8Array> {
    const view = new DataView(fetched.buffer, fetched.byteOffset, fetched.byteLength);
    const [lba, sizeBytes] = [readU64Le(view, 0), view.getUint32(8, true)];
    if (lba * SECTOR_BYTES !== grain.start) {
      throw new DiskError("disk.corrupt", `Its marker names sector ${lba}, and its table sector ${grain.start / SECTOR_BYTES}.`);
    }
    if (sizeBytes === 0 || sizeBytes > 2 * this.#shape.grainBytes) {
      throw new DiskError("disk.corrupt", `Its marker announces ${sizeBytes} bytes, and a grain has ${this.#shape.grainBytes}.`);
    }
    const end = GRAIN_MARKER_BYTES + sizeBytes;
    if (grain.hostOffset + end > this.#source.lengthBytes) {
      throw new DiskError("disk.truncated", `Its marker announces ${sizeBytes} bytes, and the file ends at ${this.#source.lengthBytes}.`);
    }
    const bytes = end <= fetched.length ? fetched : await this.#source.read(grain.hostOffset, end);
    return bytes.subarray(GRAIN_MARKER_BYTES, end);
  }
}
