import type { DatabaseSync } from "node:sqlite";

/** Where a scrub goes on. */
export type ScrubPosition =
  /** The pack of that name, or the next after it, from that offset on. */
  | { readonly at: "pack"; readonly name: string; readonly offset: number }
  /** Manifests whose folder has this number, 0 to 255. */
  | { readonly at: "manifests"; readonly folder: number };

/** Where every scrub begins. */
export const scrubStart: ScrubPosition = { at: "pack", name: "", offset: 0 };

const schema = "CREATE TABLE IF NOT EXISTS scrub (id INTEGER PRIMARY KEY CHECK (id = 1), pack TEXT, place INTEGER NOT NULL)";

/** Keeps the place of the scrub in the chunk index, so that it goes on after a restart. Lost with the index, it begins anew. */
export class ScrubCursor {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(schema);
  }

  get position(): ScrubPosition {
    const row = this.#database.prepare("SELECT pack, place FROM scrub").get();
    if (row === undefined) {
      return scrubStart;
    }
    const place = Number(row["place"]);
    return typeof row["pack"] === "string" ? { at: "pack", name: row["pack"], offset: place } : { at: "manifests", folder: place };
  }

  set position(position: ScrubPosition) {
    const [pack, place] = position.at === "pack" ? [position.name, position.offset] : [null, position.folder];
    this.#database
      .prepare(
        "INSERT INTO scrub (id, pack, place) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET pack = excluded.pack, place = excluded.place",
      )
      .run(pack, place);
  }
}
