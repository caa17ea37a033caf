import { noteDamage } from "../chunk-index/note-damage.ts";
import { packFileName } from "../store-names.ts";
import type { ChunkPlace } from "../chunk-index/chunk-index.ts";
import { isStoreError } from "../store-error.ts";
import type { NeededChunk } from "./chunk-rows.ts";
import type { Inspection } from "./inspection.ts";

/**
 * Reads and proves a list, wherever it lies whole. Where it does not, that is noted in the chunk index and is a fault. Undefined when it
 * is nowhere whole.
 *
 * Memory  twice the list, at most 256 KiB
 */
export async function readList(inspection: Inspection, list: NeededChunk): Promise<Uint8Array | undefined> {
  const { parts, rows, faults } = inspection;
  for (const place of rows.placesOf(list)) {
    const result = await readAt(inspection, list, place);
    if (result instanceof Uint8Array) {
      if (place.damaged) {
        noteDamage(parts.index, { name: list.name, pack: place.pack }, false);
      }
      return result;
    }
    // What is damaged already was noted when it was found.
    if (!place.damaged && (result !== undefined || rows.isNeededPack(place.pack))) {
      noteDamage(parts.index, { name: list.name, pack: place.pack }, true);
      const file = packFileName(place.pack);
      const where = `Chunk ${Buffer.from(list.name).toString("hex")} (a list) in ${file} (${parts.backend.place}) at offset ${place.offset}`;
      const reason = `${where} is damaged: ${result ?? "the pack is missing"}.`;
      faults.add({ kind: "chunk", reason, file, chunk: list.name, offset: place.offset });
    }
  }
  return undefined;
}

/** The list, or why it is not there as a sentence's end; undefined when there is no such pack. */
async function readAt(
  { parts }: Inspection,
  { name, rawLength }: NeededChunk,
  place: ChunkPlace,
): Promise<Uint8Array | string | undefined> {
  const stored = new Uint8Array(place.storedLength);
  try {
    const bytesRead = await parts.backend.read(packFileName(place.pack), place.offset, [stored]);
    if (bytesRead < stored.length) {
      return "the pack ends before it";
    }
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return undefined;
    }
    throw error;
  }
  // A view of something large would take all of it along to the thread.
  const input = { stored: stored.buffer, rawLength, codec: place.codec, name: new Uint8Array(name), crc: place.crc, sealKey: undefined };
  const raw = await parts.workers.run("unpack", input, [stored.buffer]);
  return "damage" in raw ? raw.damage : raw;
}
