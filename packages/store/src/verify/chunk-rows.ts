import { setImmediate } from "node:timers/promises";

import { placeOf } from "../chunk-index/chunk-index.ts";
import type { ChunkIndex, ChunkPlace } from "../chunk-index/chunk-index.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import { sealBytes } from "../seal/seal-payload.ts";

/** A chunk as a blob needs it. */
export interface NeededChunk {
  readonly name: Uint8Array;
  readonly rawLength: number;
  readonly sealed: boolean;
}

/** What the chunk index knows of one chunk in one pack. */
export interface ChunkRow {
  /** Whether it is where the pack says, and in the form that the pack says. */
  readonly agrees: boolean;
  readonly damaged: boolean;
}

const rowsAtOnce = 2048;
// A name that cannot be one is the chunk index's own damage, and no file's.
const neededSql = "SELECT name FROM packs WHERE owner = 0 AND leaving = 0 AND length(name) = 32 AND name NOT GLOB '*[^0-9a-f]*'";
// Packs that are not published count too: their writer may be about to commit.
const placesSql = `
  SELECT packs.name, offset, stored_length, raw_length, codec, sealed, crc, damaged
  FROM chunks JOIN packs ON packs.id = chunks.pack
  WHERE chunks.name = ? AND raw_length = ? AND sealed = ? AND stored_length <= raw_length + ${sealBytes} * sealed
  ORDER BY damaged, packs.id
`;

/** The questions that verification asks of the chunk index, each about 10 µs. */
export class ChunkRows {
  readonly #index: ChunkIndex;

  constructor(index: ChunkIndex) {
    this.#index = index;
  }

  /** Names of the packs that are everybody's and not about to go, in order. */
  neededPacks(): string[] {
    const rows = this.#index.database.prepare(`${neededSql} ORDER BY name`).all();
    return rows.map(({ name }) => String(name));
  }

  /** The first of them whose name is not before `name`. */
  neededPackFrom(name: string): string | undefined {
    const row = this.#index.database.prepare(`${neededSql} AND name >= ? ORDER BY name LIMIT 1`).get(name);
    return row === undefined ? undefined : String(row["name"]);
  }

  /** Number of a pack; undefined when the index does not know it. */
  packNumber(pack: string): number | undefined {
    const id = this.#index.database.prepare("SELECT id FROM packs WHERE name = ?").get(pack)?.["id"];
    return id === undefined ? undefined : Number(id);
  }

  /** Tells whether the index knows a pack, it is everybody's, and not about to go. */
  isNeededPack(pack: string): boolean {
    return this.#index.database.prepare("SELECT 1 FROM packs WHERE name = ? AND owner = 0 AND leaving = 0").get(pack) !== undefined;
  }

  /** Compares a pack's own entries with what the index says; undefined for each chunk that it does not know there. */
  compare(packNumber: number, entries: readonly PackEntry[]): (ChunkRow | undefined)[] {
    const row = this.#index.database.prepare(
      "SELECT offset, stored_length, raw_length, codec, sealed, crc, damaged FROM chunks WHERE name = ? AND pack = ?",
    );
    return entries.map((entry) => {
      const found = row.get(entry.name, packNumber);
      const agrees =
        found?.["offset"] === entry.offset &&
        found["stored_length"] === entry.storedLength &&
        found["raw_length"] === entry.rawLength &&
        found["codec"] === entry.codec &&
        found["crc"] === entry.crc &&
        found["sealed"] === (entry.sealed ? 1 : 0);
      return found === undefined ? undefined : { agrees, damaged: found["damaged"] === 1 };
    });
  }

  /** Every place where a needed chunk can be, whole ones first. */
  placesOf({ name, rawLength, sealed }: NeededChunk): ChunkPlace[] {
    const rows = this.#index.database.prepare(placesSql).all(name, rawLength, sealed ? 1 : 0);
    return rows.flatMap((row) => placeOf(row) ?? []);
  }

  /** A function that tells whether a needed chunk lies somewhere whole, as far as is known. For many questions in a row. */
  finder(): (chunk: NeededChunk) => boolean {
    const find = this.#index.database.prepare(`${placesSql} LIMIT 1`);
    return ({ name, rawLength, sealed }) => find.get(name, rawLength, sealed ? 1 : 0)?.["damaged"] === 0;
  }

  /** Tells whether any pack has a chunk of this name that is not known to be damaged. */
  isSomewhereWhole(name: Uint8Array): boolean {
    const row = this.#index.database
      .prepare("SELECT 1 FROM chunks JOIN packs ON packs.id = chunks.pack WHERE chunks.name = ? AND damaged = 0")
      .get(name);
    return row !== undefined;
  }

  /** Names of the chunks in some packs, given by number. Looks at every chunk that there is, a few thousand at a stretch. */
  async *chunksIn(packNumbers: ReadonlySet<number>): AsyncGenerator<{ readonly name: Uint8Array; readonly packNumber: number }> {
    const next = this.#index.database.prepare(
      `SELECT name, pack FROM chunks WHERE (name, pack) > (?, ?) ORDER BY name, pack LIMIT ${rowsAtOnce}`,
    );
    let after: readonly [Uint8Array, number] = [new Uint8Array(), 0];
    for (;;) {
      const rows = next.all(...after);
      for (const row of rows) {
        const [name, packNumber] = [row["name"], Number(row["pack"])];
        if (name instanceof Uint8Array) {
          after = [name, packNumber];
          if (packNumbers.has(packNumber)) {
            yield { name, packNumber };
          }
        }
      }
      if (rows.length < rowsAtOnce) {
        return;
      }
      await setImmediate();
    }
  }
}
