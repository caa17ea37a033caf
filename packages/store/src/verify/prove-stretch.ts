import { noteDamage } from "../chunk-index/note-damage.ts";
import { isStoreError } from "../store-error.ts";
import { packFileName } from "../store-names.ts";
import type { ListedChunk } from "./inspect-pack.ts";
import type { Inspection } from "./inspection.ts";

/** Longest piece of a pack that is read at once. No payload is longer: the largest chunk has 4 MiB. */
export const stretchBytes = 8 * 1024 * 1024;

/** Chunks that lie near each other in a pack, to be read by one call. */
export interface Stretch {
  readonly pack: string;
  readonly chunks: readonly ListedChunk[];
}

/** Cuts chunks of one pack, in the order of their places, into stretches of at most `limitBytes`, or one chunk where that is longer. */
export function* cutIntoStretches(pack: string, chunks: readonly ListedChunk[], limitBytes = stretchBytes): Generator<Stretch> {
  let stretch: ListedChunk[] = [];
  for (const chunk of chunks) {
    const start = stretch[0]?.offset ?? chunk.offset;
    if (stretch.length > 0 && chunk.offset + chunk.storedLength - start > limitBytes) {
      yield { pack, chunks: stretch };
      stretch = [];
    }
    stretch.push(chunk);
  }
  if (stretch.length > 0) {
    yield { pack, chunks: stretch };
  }
}

/** What became of proving a stretch. */
export interface StretchOutcome {
  /** For the next stretch. */
  readonly memory: ArrayBuffer;
  /** Whether the pack was there. */
  readonly isThere: boolean;
}

/**
 * Reads a stretch and proves its chunks on a thread: payloads by checksum, plain chunks by digest too. Notes in the chunk index which are
 * damaged, and which are whole that were thought damaged; damage becomes a fault.
 *
 * Memory  `memory`, which has `stretchBytes`, and one expanded chunk in the thread
 */
export async function proveStretch(inspection: Inspection, { pack, chunks }: Stretch, memory: ArrayBuffer): Promise<StretchOutcome> {
  const start = chunks[0]?.offset ?? 0;
  const end = chunks.reduce((most, { offset, storedLength }) => Math.max(most, offset + storedLength), start);
  const bytesRead = await readPack(inspection, pack, { start, target: new Uint8Array(memory, 0, end - start) });
  if (bytesRead === undefined) {
    return { memory, isThere: false };
  }
  const isRead = ({ offset, storedLength }: ListedChunk): boolean => offset + storedLength - start <= bytesRead;
  const whole = chunks.filter(isRead);
  // Views of a large buffer would take all of it along.
  const input = whole.map((chunk) => ({ ...chunk, name: new Uint8Array(chunk.name), at: chunk.offset - start }));
  const proven = await inspection.parts.workers.run("prove", { memory, chunks: input }, [memory]);
  const reasons = new Map(proven.damages.map(({ number, reason }) => [whole[number], reason]));
  for (const chunk of chunks) {
    noteState(inspection, pack, { chunk, damage: isRead(chunk) ? reasons.get(chunk) : "the pack ends before it" });
  }
  inspection.count({ bytesRead });
  return { memory: proven.memory, isThere: true };
}

/** Answers how many bytes there were; undefined when the pack is gone. */
async function readPack(
  { parts, signal }: Inspection,
  pack: string,
  { start, target }: { readonly start: number; readonly target: Uint8Array },
): Promise<number | undefined> {
  try {
    return await parts.backend.read(packFileName(pack), start, [target], signal === undefined ? {} : { signal });
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return undefined;
    }
    throw error;
  }
}

function noteState(
  { parts, faults }: Inspection,
  pack: string,
  { chunk, damage }: { readonly chunk: ListedChunk; readonly damage: string | undefined },
): void {
  const { name, offset, wasDamaged } = chunk;
  if (wasDamaged !== (damage !== undefined)) {
    noteDamage(parts.index, { name, pack }, damage !== undefined);
  }
  if (damage !== undefined) {
    const file = packFileName(pack);
    const where = `Chunk ${Buffer.from(name).toString("hex")} in ${file} (${parts.backend.place}) at offset ${offset}`;
    faults.add({ kind: "chunk", reason: `${where} is damaged: ${damage}.`, file, chunk: name, offset });
  }
}
