import { wordingErrors } from "../as-store-error.ts";
import { ChunkReader } from "../blob/chunk-reader.ts";
import type { BlobId } from "../blob-store.ts";
import type { StoreParts } from "../store-parts.ts";
import { copiesOf } from "./count-packs.ts";
import { Scratch } from "./scratch.ts";
import { storedRoots } from "./stored-roots.ts";
import { Turns } from "./turns.ts";
import { portionsOf, walkLists } from "./walk-lists.ts";

/** What some blobs weigh, in bytes. */
export interface GroupUsage {
  readonly blobs: number;
  /** Sum of the blobs' lengths. */
  readonly logicalBytes: number;
  /** What their chunks and lists take, compressed, each counted once. */
  readonly storedBytes: number;
  /** What of that no other group uses. */
  readonly uniqueBytes: number;
}

/** What a store holds. */
export interface StoreUsage {
  readonly blobs: number;
  readonly logicalBytes: number;
  /** What the packs hold, also what a collection would free. */
  readonly storedBytes: number;
  /** What of that blobs need, each chunk and list counted once. */
  readonly uniqueBytes: number;
  readonly chunks: number;
  readonly packs: number;
  readonly groups: ReadonlyMap<string, GroupUsage>;
}

export interface UsageOptions {
  /** The group that a blob is counted in. */
  readonly groupOf: (id: BlobId) => string;
  readonly signal?: AbortSignal | undefined;
}

interface Tally {
  readonly number: number;
  blobs: number;
  logicalBytes: number;
  storedBytes: number;
  uniqueBytes: number;
}

const schema = `
  CREATE TABLE uses (name BLOB, tally INTEGER, PRIMARY KEY (name, tally)) WITHOUT ROWID;
  CREATE TABLE lists (name BLOB, tally INTEGER, PRIMARY KEY (name, tally)) WITHOUT ROWID;
`;

/**
 * Accounts for the blobs that are there while it runs, by group. Reads every list that differs, and every row of the chunk index.
 *
 * Memory  16 MiB, about 200 bytes a group and 100 a blob, and what `storedRoots` and `walkLists` hold; 50 bytes of disk for every
 *         chunk of every group
 * Throws  what a manifest or list that cannot be read throws, naming it
 */
export async function usage(parts: StoreParts, options: UsageOptions): Promise<StoreUsage> {
  return wordingErrors("accounting for blobs", async () => {
    const turns = new Turns(options.signal);
    using scratch = Scratch.open(parts.folder);
    scratch.database.exec(schema);
    const tallies = await noteUses(parts, { scratch, turns, groupOf: options.groupOf });
    const uniqueBytes = await weigh(parts, { scratch, turns, tallies: [...tallies.values()] });
    const { packs, chunks, storedBytes } = parts.index.totals();
    const groups = new Map([...tallies].map(([group, { number: _number, ...sums }]) => [group, sums]));
    const sumOf = (field: "blobs" | "logicalBytes"): number => tallies.values().reduce((sum, tally) => sum + tally[field], 0);
    return { blobs: sumOf("blobs"), logicalBytes: sumOf("logicalBytes"), storedBytes, uniqueBytes, chunks, packs, groups };
  });
}

/** Notes which group uses which chunks. */
async function noteUses(
  parts: StoreParts,
  { scratch, turns, groupOf }: { scratch: Scratch; turns: Turns; groupOf: (id: BlobId) => string },
): Promise<Map<string, Tally>> {
  const chunks = new ChunkReader(parts);
  const use = scratch.database.prepare("INSERT INTO uses (name, tally) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const list = scratch.database.prepare("INSERT INTO lists (name, tally) VALUES (?, ?) ON CONFLICT DO NOTHING");
  const tallies = new Map<string, Tally>();
  for await (const root of storedRoots(parts)) {
    const group = groupOf(root.id);
    const tally = tallies.get(group) ?? { number: tallies.size, blobs: 0, logicalBytes: 0, storedBytes: 0, uniqueBytes: 0 };
    tallies.set(group, tally);
    tally.blobs += 1;
    tally.logicalBytes += root.content.lengthBytes;
    const wants = (name: Buffer): boolean => list.run(name, tally.number).changes === 1;
    for await (const walked of walkLists(root, { chunks, turns, wants })) {
      use.run(walked.name, tally.number);
      for await (const portion of portionsOf(walked, turns)) {
        scratch.together(() => portion.forEach((name) => use.run(name, tally.number)));
      }
    }
  }
  return tallies;
}

/** Adds what every chunk takes to those who use it. Answers what all of them take. */
async function weigh(
  { index }: StoreParts,
  { scratch, turns, tallies }: { scratch: Scratch; turns: Turns; tallies: readonly Tally[] },
): Promise<number> {
  const users = scratch.database.prepare("SELECT tally FROM uses WHERE name = ?");
  let usedBytes = 0;
  for await (const copies of copiesOf(index, turns)) {
    for (const { name, storedLength } of copies.filter(({ isKept }) => isKept)) {
      const using = users.all(name).flatMap((row) => tallies[Number(row["tally"])] ?? []);
      usedBytes += using.length > 0 ? storedLength : 0;
      for (const tally of using) {
        tally.storedBytes += storedLength;
        tally.uniqueBytes += using.length === 1 ? storedLength : 0;
      }
    }
  }
  return usedBytes;
}
