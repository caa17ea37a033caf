import type { Backend } from "../backend/backend.ts";
import type { ChunkWorkers } from "../chunk/chunk-workers.ts";
import { maxStoredLength } from "../pack/pack-format.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import type { PackSet } from "../pack/pack-set.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import { isStoreError } from "../store-error.ts";
import { largestChunkBytes } from "../store-format.ts";
import { packFileName } from "../store-names.ts";
import type { Turns } from "./turns.ts";

/** What is wrong with a pack that chunks were to be moved out of. */
export interface PackDamage {
  readonly reason: string;
  /** The chunk that is not whole there; undefined when the pack's own index cannot be read, or does not list what it should. */
  readonly chunk: Uint8Array | undefined;
}

/** Bytes that are read at once. No payload is longer. */
export const moveBytes = maxStoredLength(largestChunkBytes, true);

/** What moving works with. */
export interface MoveParts {
  readonly backend: Backend;
  readonly workers: ChunkWorkers;
  /** `moveBytes` of it, for one move at a time. */
  readonly memory: SharedArrayBuffer;
  readonly turns: Turns;
}

/**
 * Copies chunks from one pack to others exactly as they are stored, sealed or not. Each is proven, on a thread, by the CRC that the
 * pack has for it. Answers what is wrong, when something is; then some of the chunks may have been copied.
 *
 * Memory  a pack's index, besides what it is given
 */
export async function moveChunks(
  from: { readonly pack: string; readonly names: readonly Uint8Array[] },
  to: Pick<PackSet, "append">,
  parts: MoveParts,
): Promise<PackDamage | undefined> {
  const { pack, names } = from;
  const entries = await entriesOf(parts.backend, pack);
  if (typeof entries === "string") {
    return { reason: entries, chunk: undefined };
  }
  const wanted = new Set(names.map(hexOf));
  const moving = entries.filter(({ name }) => wanted.delete(hexOf(name))).sort((a, b) => a.offset - b.offset);
  if (wanted.size > 0) {
    return { reason: `its own index lacks chunk ${[...wanted][0]}`, chunk: undefined };
  }
  const tooLong = moving.find(({ storedLength }) => storedLength > moveBytes);
  if (tooLong !== undefined) {
    return { reason: `${toldPlace(tooLong)} is longer than any chunk`, chunk: tooLong.name };
  }
  for (const run of runsOf(moving)) {
    const payloads = placesIn(run);
    const damaged = run[await firstDamaged(parts, pack, payloads)];
    if (damaged !== undefined) {
      return { reason: `${toldPlace(damaged)} does not match its checksum`, chunk: damaged.name };
    }
    for (const { entry, at } of payloads) {
      const { offset: _offset, storedLength, ...chunk } = entry;
      await to.append(new Uint8Array(parts.memory, at, storedLength), chunk);
    }
    await parts.turns.next();
  }
  return undefined;
}

/** A chunk, and where its payload lies in memory. */
interface Payload {
  readonly entry: PackEntry;
  readonly at: number;
}

function placesIn(run: readonly PackEntry[]): readonly Payload[] {
  const start = run[0]?.offset ?? 0;
  return run.map((entry) => ({ entry, at: entry.offset - start }));
}

/** Reads a run into memory; answers the number of its first chunk that is not whole, -1 when all are. */
async function firstDamaged({ backend, workers, memory }: MoveParts, pack: string, payloads: readonly Payload[]): Promise<number> {
  const [first, last] = [payloads[0], payloads.at(-1)];
  if (first === undefined || last === undefined) {
    return -1;
  }
  const target = new Uint8Array(memory, 0, last.at + last.entry.storedLength);
  const bytesRead = await readRun(backend, pack, { offset: first.entry.offset, target });
  const whole = payloads.filter(({ entry, at }) => at + entry.storedLength <= bytesRead);
  const checked = whole.map(({ entry, at }) => ({ at, length: entry.storedLength, crc: entry.crc }));
  const wrong = await workers.run("check", { memory, payloads: checked });
  return wrong === -1 && whole.length < payloads.length ? whole.length : wrong;
}

/** A string says why they cannot be read. */
async function entriesOf(backend: Backend, pack: string): Promise<readonly PackEntry[] | string> {
  try {
    return await readPackIndex(backend, pack);
  } catch (error) {
    if (isStoreError(error) && (error.code === "store.damaged" || error.code === "store.missing")) {
      return error.message;
    }
    throw error;
  }
}

/** Answers how many bytes there were: none when the file is gone. */
async function readRun(
  backend: Backend,
  pack: string,
  { offset, target }: { readonly offset: number; readonly target: Uint8Array },
): Promise<number> {
  try {
    return await backend.read(packFileName(pack), offset, [target]);
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return 0;
    }
    throw error;
  }
}

/** Joins chunks that lie back to back. */
function runsOf(entries: readonly PackEntry[]): PackEntry[][] {
  const runs: PackEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    bytes += entry.storedLength;
    if (run !== undefined && last !== undefined && last.offset + last.storedLength === entry.offset && bytes <= moveBytes) {
      run.push(entry);
    } else {
      runs.push([entry]);
      bytes = entry.storedLength;
    }
  }
  return runs;
}

function toldPlace({ name, offset, storedLength }: PackEntry): string {
  return `chunk ${hexOf(name)} at offset ${offset} (${storedLength} bytes)`;
}

function hexOf(name: Uint8Array): string {
  return Buffer.from(name).toString("hex");
}
