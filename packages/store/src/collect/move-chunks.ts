import { crc32 } from "node:zlib";
import type { Backend } from "../backend/backend.ts";
import type { PackEntry } from "../pack/pack-format.ts";
import type { PackSet } from "../pack/pack-set.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import { isStoreError } from "../store-error.ts";
import { packFileName } from "../store-names.ts";
import type { Turns } from "./turns.ts";

/** What is wrong with a pack that chunks were to be moved out of. */
export interface PackDamage {
  readonly reason: string;
  /** The chunk that is not whole there; undefined when the pack's own index cannot be read, or does not list what it should. */
  readonly chunk: Uint8Array | undefined;
}

/** Bytes that are read at once, unless one chunk alone has more. */
const readBytes = 4 * 1024 * 1024;

/**
 * Copies chunks from one pack to others exactly as they are stored, sealed or not. Each is proven by the CRC that the pack has for it.
 * Answers what is wrong, when something is; then some of the chunks may have been copied.
 *
 * Memory  4 MiB, and a pack's index
 */
export async function moveChunks(
  from: { readonly backend: Backend; readonly pack: string; readonly names: readonly Uint8Array[] },
  to: Pick<PackSet, "append">,
  turns: Turns,
): Promise<PackDamage | undefined> {
  const { backend, pack, names } = from;
  const entries = await entriesOf(backend, pack);
  if (typeof entries === "string") {
    return { reason: entries, chunk: undefined };
  }
  const wanted = new Set(names.map(hexOf));
  const moving = entries.filter(({ name }) => wanted.delete(hexOf(name))).sort((a, b) => a.offset - b.offset);
  if (wanted.size > 0) {
    return { reason: `its own index lacks chunk ${[...wanted][0]}`, chunk: undefined };
  }
  for (const run of runsOf(moving)) {
    const payloads = await readRun(backend, pack, run);
    for (const [number, { offset, storedLength, ...entry }] of run.entries()) {
      const payload = payloads?.[number];
      if (payload === undefined || crc32(payload) !== entry.crc) {
        const reason = `chunk ${hexOf(entry.name)} at offset ${offset} (${storedLength} bytes) does not match its checksum`;
        return { reason, chunk: entry.name };
      }
      await to.append(payload, entry);
    }
    await turns.next();
  }
  return undefined;
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

/** Undefined when the file is gone. What lies behind its end reads as zeros, which no checksum matches by chance. */
async function readRun(backend: Backend, pack: string, run: readonly PackEntry[]): Promise<Uint8Array[] | undefined> {
  const payloads = run.map(({ storedLength }) => new Uint8Array(storedLength));
  try {
    await backend.read(packFileName(pack), run[0]?.offset ?? 0, payloads);
    return payloads;
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return undefined;
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
    if (run !== undefined && last !== undefined && last.offset + last.storedLength === entry.offset && bytes <= readBytes) {
      run.push(entry);
    } else {
      runs.push([entry]);
      bytes = entry.storedLength;
    }
  }
  return runs;
}

function hexOf(name: Uint8Array): string {
  return Buffer.from(name).toString("hex");
}
