import { noteDamage } from "../chunk-index/note-damage.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import { isStoreError } from "../store-error.ts";
import { packFileName } from "../store-names.ts";
import type { Inspection } from "./inspection.ts";

/** A chunk that a pack lists. */
export interface ListedChunk extends PackEntry {
  /** An earlier look found it damaged. */
  readonly wasDamaged: boolean;
}

/** What looking at a pack's own index came to. */
export type InspectedPack =
  /** Header, index and footer are whole. The chunks come in the order of their places. */
  | { readonly state: "readable"; readonly chunks: readonly ListedChunk[] }
  /** The sentence says what is wrong. */
  | { readonly state: "unreadable"; readonly reason: string }
  /** There is no such file. */
  | { readonly state: "missing" }
  /** It is there and readable, and the chunk index does not know it. */
  | { readonly state: "unknown" };

/**
 * Reads what a pack says it holds, and compares that with what the chunk index says it holds. A chunk for which the two differ is noted
 * as a fault, because readers would not find it.
 *
 * Memory  as `readPackIndex`
 */
export async function inspectPack(inspection: Inspection, pack: string): Promise<InspectedPack> {
  const { parts, rows } = inspection;
  let entries: readonly PackEntry[];
  try {
    entries = await readPackIndex(parts.backend, pack);
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return { state: "missing" };
    }
    if (isStoreError(error) && error.code === "store.damaged") {
      return { state: "unreadable", reason: error.message };
    }
    throw error;
  }
  const packNumber = rows.packNumber(pack);
  if (packNumber === undefined) {
    return { state: "unknown" };
  }
  const known = rows.compare(packNumber, entries);
  const chunks: ListedChunk[] = [];
  const seen = new Set<string>();
  for (const [number, entry] of entries.entries()) {
    const hex = Buffer.from(entry.name).toString("hex");
    // The index keeps the first place of a chunk that a pack lists twice.
    if (!seen.has(hex)) {
      seen.add(hex);
      const row = known[number];
      if (row?.agrees === true) {
        chunks.push({ ...entry, wasDamaged: row.damaged });
      } else {
        noteWrongRow(inspection, pack, { entry, isThere: row !== undefined });
      }
    }
  }
  inspection.count({ packs: 1, chunks: seen.size });
  return { state: "readable", chunks: chunks.sort((a, b) => a.offset - b.offset) };
}

function noteWrongRow({ parts, faults }: Inspection, pack: string, chunk: { readonly entry: PackEntry; readonly isThere: boolean }): void {
  const { name, offset } = chunk.entry;
  const file = packFileName(pack);
  const what = `Chunk ${Buffer.from(name).toString("hex")} in ${file} (${parts.backend.place}) at offset ${offset}`;
  const reason = `${what} is ${chunk.isThere ? "elsewhere, or something else," : "not there"} for the chunk index. Close the store, delete index.sqlite, and open it again: that rebuilds the index.`;
  if (chunk.isThere) {
    noteDamage(parts.index, { name, pack }, true);
  }
  faults.add({ kind: "chunk", reason, file, chunk: name, offset });
}
