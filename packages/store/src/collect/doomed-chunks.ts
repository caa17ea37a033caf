import type { StatementSync } from "node:sqlite";
import { publishedOwner } from "../chunk-index/chunk-index.ts";
import type { ChunkIndex } from "../chunk-index/chunk-index.ts";
import { copiesOf } from "./count-packs.ts";
import type { CountedPack } from "./count-packs.ts";
import type { Scratch } from "./scratch.ts";
import type { Turns } from "./turns.ts";

/** A needed chunk, and the pack that it is moved out of. */
export interface Move {
  readonly name: Uint8Array;
  readonly storedLength: number;
  readonly pack: number;
}

/** Chunks that are looked at, or forgotten, in one stretch: forgetting one changes a page of the chunk index, up to 50 µs. */
const chunksPerTurn = 128;
const schema = `
  CREATE TABLE doomed (
    pack INTEGER NOT NULL, name BLOB NOT NULL, stored_length INTEGER NOT NULL, kept INTEGER NOT NULL,
    PRIMARY KEY (pack, name)
  ) WITHOUT ROWID
`;
const othersSql = `
  SELECT packs.id AS pack FROM chunks JOIN packs ON packs.id = chunks.pack
  WHERE chunks.name = ? AND owner = ${publishedOwner} AND leaving = 0 AND damaged = 0
`;

/** What the packs hold that are to go: the chunk index finds packs by chunks, here it is the other way round. */
export class DoomedChunks {
  readonly #turns: Turns;
  readonly #next: StatementSync;
  readonly #others: StatementSync;

  private constructor(index: ChunkIndex, scratch: Scratch, turns: Turns) {
    this.#turns = turns;
    scratch.database.exec(schema);
    this.#next = scratch.database.prepare(`SELECT * FROM doomed WHERE pack = ? AND name > ? ORDER BY name LIMIT ${chunksPerTurn}`);
    this.#others = index.database.prepare(othersSql);
  }

  /** Looks at every chunk of the store once. */
  static async find(packs: readonly CountedPack[], index: ChunkIndex, scratch: Scratch, turns: Turns): Promise<DoomedChunks> {
    const doomed = new DoomedChunks(index, scratch, turns);
    const ids = new Set(packs.map(({ id }) => id));
    const insert = scratch.database.prepare("INSERT INTO doomed (pack, name, stored_length, kept) VALUES (?, ?, ?, ?)");
    for await (const copies of ids.size === 0 ? [] : copiesOf(index, turns)) {
      scratch.together(() => {
        for (const { name, pack, storedLength, isKept } of copies) {
          if (ids.has(pack)) {
            insert.run(pack, name, storedLength, isKept ? 1 : 0);
          }
        }
      });
    }
    return doomed;
  }

  /** Names of a pack's chunks, in stretches. */
  async *namesOf({ id }: CountedPack): AsyncGenerator<Uint8Array[]> {
    for await (const rows of this.#rowsOf(id)) {
      yield rows.map(({ name }) => name);
    }
  }

  /**
   * Chunks that must be moved before these packs go: needed ones of which this is the copy that stays, or of which no pack outside of
   * `gone` has another. Memory: as many as there are.
   */
  async movesOf(packs: readonly CountedPack[], gone: ReadonlySet<number>, isLive: (name: Uint8Array) => boolean): Promise<Move[]> {
    const moves = new Map<string, Move>();
    for (const { id } of packs) {
      for await (const rows of this.#rowsOf(id)) {
        for (const { name, storedLength, kept } of rows) {
          if (isLive(name) && (kept || !this.#hasOther(name, gone))) {
            const hex = Buffer.from(name).toString("hex");
            moves.set(hex, moves.get(hex) ?? { name, storedLength, pack: id });
          }
        }
      }
    }
    return [...moves.values()];
  }

  #hasOther(name: Uint8Array, gone: ReadonlySet<number>): boolean {
    return this.#others.all(name).some(({ pack }) => !gone.has(Number(pack)));
  }

  async *#rowsOf(pack: number): AsyncGenerator<{ name: Uint8Array; storedLength: number; kept: boolean }[]> {
    let last = new Uint8Array();
    for (;;) {
      const rows = this.#next.all(pack, last).map((row) => {
        // Names were put here as bytes.
        return { name: row["name"] as Uint8Array<ArrayBuffer>, storedLength: Number(row["stored_length"]), kept: row["kept"] === 1 };
      });
      yield rows;
      last = rows.at(-1)?.name ?? last;
      if (rows.length < chunksPerTurn) {
        return;
      }
      await this.#turns.next();
    }
  }
}
