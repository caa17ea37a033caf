import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { ByteLru } from "../core/byte-lru.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { GrainTables } from "./grain-tables.ts";
import { directoryEntries } from "./sparse-header.ts";
import type { GrainShape } from "./sparse-header.ts";
import { corruptVmdk, truncatedVmdk } from "./vmdk-error.ts";

/** Tables held in memory: those of 64 GiB of disk at grains of 64 KiB. */
const CACHE_BYTES = 4 * 1024 * 1024;

/** Tables that lie side by side are read together, up to this much. */
const READ_BYTES = 64 * 1024;

/** Bytes of the directory that are read and decoded in one go. */
const DIRECTORY_READ_BYTES = 512 * 1024;

/**
 * Grain tables that are found through the grain directory in the file.
 * Refuses tables that share bytes: no writer makes that, and it lets a small file claim a huge disk.
 *
 * Memory  4 bytes for each entry of the directory, at most 32 MiB (256 KiB for 2 TiB at grains of 64 KiB), and 4 MiB of tables
 */
export class StoredTables implements GrainTables {
  readonly count: number;
  readonly #source: ByteSource;
  readonly #tableEntries: number;
  readonly #tableSectors: number;
  readonly #tablesPerRead: number;
  readonly #directory: Uint32Array;
  readonly #cache = new ByteLru<Uint32Array>(CACHE_BYTES);

  private constructor(source: ByteSource, tableEntries: number, directory: Uint32Array) {
    this.#source = source;
    this.#tableEntries = tableEntries;
    this.#tableSectors = tableSectors(tableEntries);
    this.#directory = directory;
    this.count = directory.length;
    // Tables that do not fill their sectors have gaps between them.
    const isTight = (tableEntries * 4) % SECTOR_BYTES === 0;
    this.#tablesPerRead = isTight ? Math.max(1, READ_BYTES / (this.#tableSectors * SECTOR_BYTES)) : 1;
  }

  /**
   * Reads and checks the grain directory.
   *
   * Throws  disk.truncated, disk.corrupt, disk.io
   */
  static async load(
    source: ByteSource,
    place: { readonly shape: GrainShape; readonly directorySector: number },
    options?: ReadOptions,
  ): Promise<StoredTables> {
    const entries = directoryEntries(place.shape);
    const start = place.directorySector * SECTOR_BYTES;
    if (start < SECTOR_BYTES) {
      throw corruptVmdk(`its grain directory lies at sector ${place.directorySector}, where the header is`);
    }
    if (start + entries * 4 > source.lengthBytes) {
      throw truncatedVmdk(`its grain directory of ${entries} entries at ${start} goes over the end of the file, ${source.lengthBytes}`);
    }
    const directory = await readWords(source, { start, count: entries }, options);
    checkDirectory(directory, place.shape.tableEntries, source.lengthBytes);
    return new StoredTables(source, place.shape.tableEntries, directory);
  }

  has(index: number): boolean {
    return this.#sector(index) !== 0;
  }

  async get(index: number): Promise<Uint32Array> {
    const [first, count] = this.#together(index);
    const bytes = count * this.#tableEntries * 4;
    // Without the caller's signal, since others may wait for the same tables.
    const tables = await this.#cache.get(first, bytes, () =>
      readWords(this.#source, { start: this.#sector(first) * SECTOR_BYTES, count: count * this.#tableEntries }),
    );
    return tables.subarray((index - first) * this.#tableEntries, (index - first + 1) * this.#tableEntries);
  }

  #sector(index: number): number {
    return this.#directory[index] ?? 0;
  }

  /** The tables around one that lie side by side in the file: the first, and how many. */
  #together(index: number): readonly [first: number, count: number] {
    const follows = (later: number): boolean => this.#sector(later) === this.#sector(later - 1) + this.#tableSectors;
    const floor = index - (index % this.#tablesPerRead);
    const ceiling = Math.min(floor + this.#tablesPerRead, this.count);
    let first = index;
    while (first > floor && this.has(first - 1) && follows(first)) {
      first -= 1;
    }
    let end = index + 1;
    while (end < ceiling && follows(end)) {
      end += 1;
    }
    return [first, end - first];
  }
}

function tableSectors(tableEntries: number): number {
  return Math.ceil((tableEntries * 4) / SECTOR_BYTES);
}

async function readWords(
  source: ByteSource,
  { start, count }: { readonly start: number; readonly count: number },
  options?: ReadOptions,
): Promise<Uint32Array> {
  const words = new Uint32Array(count);
  for (let first = 0; first < count; first += DIRECTORY_READ_BYTES / 4) {
    const here = Math.min(DIRECTORY_READ_BYTES / 4, count - first);
    const bytes = await source.read(start + first * 4, here * 4, options);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let index = 0; index < here; index += 1) {
      words[first + index] = view.getUint32(index * 4, true);
    }
  }
  return words;
}

function checkDirectory(directory: Uint32Array, tableEntries: number, fileBytes: number): void {
  const used = directory.filter((sector) => sector !== 0).sort();
  const last = used.at(-1);
  if (last !== undefined && last * SECTOR_BYTES + tableEntries * 4 > fileBytes) {
    throw truncatedVmdk(`its grain directory names a table at sector ${last}, and the file ends at ${fileBytes}`);
  }
  const overlapping = used.find((sector, index) => index > 0 && sector < (used[index - 1] ?? 0) + tableSectors(tableEntries));
  if (overlapping !== undefined) {
    throw corruptVmdk(`several entries of its grain directory share the table at sector ${overlapping}`);
  }
}
