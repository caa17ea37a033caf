import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import type { BlobId } from "../blob-store.ts";
import type { FindingKind } from "./finding.ts";

/** Something wrong that may keep blobs from being read. */
export interface Fault {
  readonly kind: FindingKind;
  /** What is wrong with what, as a sentence. */
  readonly reason: string;
  readonly file: string;
  /** The chunk that is damaged; of kind `blob`, the first that is nowhere. */
  readonly chunk?: Uint8Array | undefined;
  readonly offset?: number | undefined;
}

/** A fault and who suffers from it. */
export interface BlamedFault extends Fault {
  /** At most 100 of `blobCount`. */
  readonly blobs: readonly BlobId[];
  readonly blobCount: number;
}

const mostBlobsNamed = 100;
// `last_blob` makes a blob count once although it comes once for every chunk: blobs come one after the other.
const schema = `
  CREATE TABLE faults (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, reason TEXT NOT NULL, file TEXT NOT NULL, chunk BLOB, offset INTEGER,
    blob_count INTEGER NOT NULL DEFAULT 0, last_blob TEXT
  );
  CREATE TABLE hit_chunks (name BLOB NOT NULL, fault INTEGER NOT NULL, PRIMARY KEY (name, fault)) WITHOUT ROWID;
  CREATE TABLE hit_blobs (fault INTEGER NOT NULL, blob TEXT NOT NULL, PRIMARY KEY (fault, blob)) WITHOUT ROWID;
`;

/**
 * Faults found in packs, kept until it is known which blobs suffer from them. There may be as many as there are chunks (the folder of
 * packs is lost), so they lie in a temporary database that the system removes when it is closed.
 *
 * Memory  2 MiB of the database's cache
 */
export class Faults implements Disposable {
  readonly #database = new DatabaseSync("");
  readonly #hitChunk: StatementSync;
  readonly #faultsOf: StatementSync;
  readonly #blame: StatementSync;

  constructor() {
    this.#database.exec(schema);
    this.#hitChunk = this.#database.prepare("INSERT INTO hit_chunks (name, fault) VALUES (?, ?) ON CONFLICT DO NOTHING");
    this.#faultsOf = this.#database.prepare("SELECT fault FROM hit_chunks WHERE name = ?");
    this.#blame = this.#database.prepare(
      "UPDATE faults SET blob_count = blob_count + 1, last_blob = ?1 WHERE id = ?2 AND last_blob IS NOT ?1 RETURNING blob_count",
    );
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#database.prepare("SELECT 1 FROM faults LIMIT 1").get() === undefined;
  }

  /** Answers the fault's number. A fault of kind `chunk` hits the chunk that it names. */
  add({ kind, reason, file, chunk, offset }: Fault): number {
    const insert = this.#database.prepare("INSERT INTO faults (kind, reason, file, chunk, offset) VALUES (?, ?, ?, ?, ?)");
    const fault = Number(insert.run(kind, reason, file, chunk ?? null, offset ?? null).lastInsertRowid);
    if (kind === "chunk" && chunk !== undefined) {
      this.hit(fault, chunk);
    }
    return fault;
  }

  /** Notes one more chunk that cannot be had because of a fault. */
  hit(fault: number, chunk: Uint8Array): void {
    this.#hitChunk.run(chunk, fault);
  }

  /** Notes that a blob needs a chunk which is nowhere whole. Answers false when no fault explains that. */
  blame(chunk: Uint8Array, blob: BlobId): boolean {
    const faults = this.#faultsOf.all(chunk);
    for (const { fault } of faults) {
      this.blameFault(Number(fault), blob);
    }
    return faults.length > 0;
  }

  /** Notes that a blob suffers from a fault. All notes of one blob must come before those of the next. */
  blameFault(fault: number, blob: BlobId): void {
    const count = this.#blame.get(blob, fault)?.["blob_count"];
    if (count !== undefined && Number(count) <= mostBlobsNamed) {
      this.#database.prepare("INSERT INTO hit_blobs (fault, blob) VALUES (?, ?) ON CONFLICT DO NOTHING").run(fault, blob);
    }
  }

  /** Every fault, in the order in which they were found. Nothing may be added meanwhile. */
  *all(): Generator<BlamedFault> {
    const blobs = this.#database.prepare("SELECT blob FROM hit_blobs WHERE fault = ? ORDER BY blob");
    for (const row of this.#database.prepare("SELECT * FROM faults ORDER BY id").iterate()) {
      yield {
        // Only `add` writes this column.
        kind: row["kind"] as FindingKind,
        reason: String(row["reason"]),
        file: String(row["file"]),
        chunk: row["chunk"] instanceof Uint8Array ? row["chunk"] : undefined,
        offset: row["offset"] === null ? undefined : Number(row["offset"]),
        // As above, `blameFault`.
        blobs: blobs.all(row["id"] ?? null).map(({ blob }) => blob as BlobId),
        blobCount: Number(row["blob_count"]),
      };
    }
  }

  [Symbol.dispose](): void {
    if (this.#database.isOpen) {
      this.#database.close();
    }
  }
}
