import { publishedOwner } from "../chunk-index/chunk-index.ts";
import type { ChunkIndex } from "../chunk-index/chunk-index.ts";
import { namesPerTurn } from "./turns.ts";
import type { Turns } from "./turns.ts";

/** A published pack, and how much of it is needed. */
export interface CountedPack {
  /** The pack's number in the chunk index. */
  readonly id: number;
  readonly name: string;
  /** When it was condemned, in ms since 1970. */
  readonly condemnedAt: number | undefined;
  chunks: number;
  storedBytes: number;
  liveChunks: number;
  liveBytes: number;
  /** A needed chunk in it is known to be damaged, and no other pack has it whole. */
  damagedChunk: Buffer | undefined;
}

/** One copy of a chunk. */
export interface ChunkCopy {
  readonly name: Uint8Array;
  readonly pack: number;
  readonly storedLength: number;
  readonly damaged: boolean;
  /** Whether it is the copy that stays when the chunk is needed. The others are as good as dead. */
  readonly isKept: boolean;
}

interface CopyRow extends Omit<ChunkCopy, "isKept"> {
  readonly leaving: boolean;
}

const packsSql = `
  SELECT id, name, condemned_at FROM packs
  WHERE owner = ${publishedOwner} AND readable = 1 AND id > ? ORDER BY id LIMIT ${namesPerTurn}
`;
const copiesSql = `
  SELECT chunks.name AS name, chunks.pack AS pack, stored_length, damaged, leaving
  FROM chunks CROSS JOIN packs ON packs.id = chunks.pack
  WHERE owner = ${publishedOwner} AND (chunks.name, chunks.pack) > (?, ?)
  ORDER BY chunks.name, chunks.pack LIMIT ${namesPerTurn}
`;

/** The packs that are published now and whose chunks are known, by number; nothing is counted yet. Memory: about 200 bytes a pack. */
export async function publishedPacks(index: ChunkIndex, turns: Turns): Promise<Map<number, CountedPack>> {
  const packs = new Map<number, CountedPack>();
  const next = index.database.prepare(packsSql);
  for (let last = 0, rows = next.all(last); rows.length > 0; rows = next.all(last)) {
    for (const row of rows) {
      last = Number(row["id"]);
      const condemnedAt = row["condemned_at"] === null ? undefined : Number(row["condemned_at"]);
      const counts = { chunks: 0, storedBytes: 0, liveChunks: 0, liveBytes: 0, damagedChunk: undefined };
      packs.set(last, { id: last, name: String(row["name"]), condemnedAt, ...counts });
    }
    await turns.next();
  }
  return packs;
}

/** Counts what the packs hold and what of it is needed. `onChunks` is told how many copies were looked at since it was told last. */
export async function countPacks(
  packs: ReadonlyMap<number, CountedPack>,
  found: { readonly index: ChunkIndex; readonly turns: Turns; readonly isLive: (name: Uint8Array) => boolean },
  onChunks: (copies: number) => void,
): Promise<void> {
  for await (const copies of copiesOf(found.index, found.turns)) {
    for (const { name, pack, storedLength, damaged, isKept } of copies) {
      const counted = packs.get(pack);
      if (counted !== undefined) {
        const isLive = isKept && found.isLive(name);
        counted.chunks += 1;
        counted.storedBytes += storedLength;
        counted.liveChunks += isLive ? 1 : 0;
        counted.liveBytes += isLive ? storedLength : 0;
        counted.damagedChunk ??= isLive && damaged ? Buffer.from(name) : undefined;
      }
    }
    onChunks(copies.length);
  }
}

/**
 * Every copy of every chunk in published packs, in stretches. Of a chunk's copies the one that stays is a whole one before a damaged
 * one, one in a pack that stays before one in a pack that is leaving, and the youngest: what a rewrite that was cut off has copied
 * counts, not what it copied from.
 */
export async function* copiesOf(index: ChunkIndex, turns: Turns): AsyncGenerator<ChunkCopy[]> {
  const next = index.database.prepare(copiesSql);
  let after: { readonly name: Uint8Array; readonly pack: number } = { name: new Uint8Array(), pack: 0 };
  let group: CopyRow[] = [];
  for (;;) {
    const rows = next.all(after.name, after.pack);
    const copies: ChunkCopy[] = [];
    for (const row of rows) {
      // The column is a blob wherever the index was written by us; anything else has no chunk's name and equals nothing.
      const name = row["name"] instanceof Uint8Array ? row["name"] : new Uint8Array();
      const copy = {
        name,
        pack: Number(row["pack"]),
        storedLength: Number(row["stored_length"]),
        damaged: row["damaged"] === 1,
        leaving: row["leaving"] === 1,
      };
      if (group[0] !== undefined && Buffer.compare(group[0].name, name) !== 0) {
        copies.push(...judged(group));
        group = [];
      }
      group.push(copy);
      after = copy;
    }
    if (rows.length === 0) {
      yield judged(group);
      return;
    }
    yield copies;
    await turns.next();
  }
}

function judged(copies: readonly CopyRow[]): ChunkCopy[] {
  const rank = ({ damaged, leaving }: CopyRow): number => (damaged ? 2 : 0) + (leaving ? 1 : 0);
  const best = Math.min(...copies.map(rank));
  const kept = copies.findLast((copy) => rank(copy) === best);
  return copies.map((copy) => ({ ...copy, isKept: copy === kept }));
}
