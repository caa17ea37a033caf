import type { ReadOptions } from "../core/byte-source.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { RunList } from "../mapped/run-list.ts";
import type { ClusterRun } from "../mapped/run-list.ts";
import type { GrainTables } from "./grain-tables.ts";
import { GRAIN_MARKER_BYTES } from "./scan-markers.ts";
import type { GrainShape } from "./sparse-header.ts";
import { corruptVmdk, truncatedVmdk } from "./vmdk-error.ts";

const ZERO_GRAIN = 1;

/**
 * Answers where the bytes of a sparse extent are.
 *
 * Memory  as its tables
 */
export class GrainMap {
  readonly #tables: GrainTables;
  readonly #shape: GrainShape;
  readonly #fileBytes: number;

  constructor(tables: GrainTables, shape: GrainShape, fileBytes: number) {
    this.#tables = tables;
    this.#shape = shape;
    this.#fileBytes = fileBytes;
  }

  /**
   * Lists the runs of `[from, to)` in batches. What a compressed run names is as long as its grain may be: only its marker knows better.
   *
   * Shape   ascending, no gaps; runs are merged inside a batch, not across batches
   * Memory  the runs of one grain table: at most 512 (4,096 with COWD)
   * Throws  disk.corrupt, disk.truncated (an entry names what is no place for a grain), disk.io
   */
  async *runs(from: number, to: number, options?: ReadOptions): AsyncGenerator<readonly ClusterRun[]> {
    const tableSpan = this.#shape.tableEntries * this.#shape.grainBytes;
    let at = from;
    while (at < to) {
      options?.signal?.throwIfAborted();
      const index = Math.floor(at / tableSpan);
      if (this.#tables.has(index)) {
        const end = Math.min(to, (index + 1) * tableSpan);
        yield this.#decode(await this.#tables.get(index, options), { index, from: at, to: end });
        at = end;
      } else {
        const end = Math.min(to, this.#nextTable(index) * tableSpan);
        yield [{ kind: "hole", offset: at, length: end - at, hostOffset: 0, hostLength: 0 }];
        at = end;
      }
    }
  }

  #nextTable(index: number): number {
    let next = index + 1;
    while (next < this.#tables.count && !this.#tables.has(next)) {
      next += 1;
    }
    return next;
  }

  #decode(table: Uint32Array, range: { readonly index: number; readonly from: number; readonly to: number }): readonly ClusterRun[] {
    const { grainBytes, tableEntries, isCompressed, hasZeroGrains } = this.#shape;
    const tableStart = range.index * tableEntries * grainBytes;
    const first = Math.floor((range.from - tableStart) / grainBytes);
    const end = Math.ceil((range.to - tableStart) / grainBytes);
    const runs = new RunList(tableStart + first * grainBytes);
    for (let entry = first; entry < end; entry += 1) {
      const sector = table[entry] ?? 0;
      if (sector === 0) {
        // Tables of large disks are mostly empty.
        const firstOfHole = entry;
        while (entry + 1 < end && table[entry + 1] === 0) {
          entry += 1;
        }
        runs.addEmpty("hole", (entry - firstOfHole + 1) * grainBytes);
      } else if (sector === ZERO_GRAIN && hasZeroGrains) {
        runs.addEmpty("zero", grainBytes);
      } else {
        const hostOffset = this.#hostOffset(sector, { table: range.index, entry });
        if (isCompressed) {
          runs.addCompressed(grainBytes, hostOffset, Math.min(storedBytes(this.#shape), this.#fileBytes - hostOffset));
        } else {
          runs.addData(grainBytes, hostOffset);
        }
      }
    }
    return runs.take(range.from, range.to);
  }

  #hostOffset(sector: number, place: { readonly table: number; readonly entry: number }): number {
    const offset = sector * SECTOR_BYTES;
    if (sector === ZERO_GRAIN) {
      throw corruptVmdk(`entry ${place.entry} of its grain table ${place.table} names sector 1, where no grain can be`);
    }
    if (offset + GRAIN_MARKER_BYTES >= this.#fileBytes) {
      throw truncatedVmdk(
        `entry ${place.entry} of its grain table ${place.table} names data at ${offset}, and the file ends at ${this.#fileBytes}`,
      );
    }
    return offset;
  }
}

/** What is fetched for one compressed grain: more than deflate makes of it, unless it was told to waste room. */
function storedBytes({ grainBytes, hasMarkers }: GrainShape): number {
  return hasMarkers ? GRAIN_MARKER_BYTES + grainBytes + grainBytes / 16 + SECTOR_BYTES : 2 * grainBytes;
}
