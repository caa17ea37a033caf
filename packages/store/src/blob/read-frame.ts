import type { Backend } from "../backend/backend.ts";
import type { BlobFrame } from "../blob-store.ts";
import { chunkCodecs } from "../chunk/chunk-codec.ts";
import type { ChunkWorkers } from "../chunk/chunk-workers.ts";
import type { ChunkIndex } from "../chunk-index/chunk-index.ts";
import { maxStoredLength } from "../pack/pack-format.ts";
import { isStoreError } from "../store-error.ts";
import { packFileName } from "../store-names.ts";

/** What reading frames works with. */
export interface FrameParts {
  readonly backend: Backend;
  readonly index: ChunkIndex;
  readonly workers: ChunkWorkers;
}

/** A chunk of a plain blob that is not all zeros. */
export interface NamedChunk {
  readonly name: Uint8Array;
  readonly offset: number;
  readonly length: number;
}

/**
 * Reads a chunk as it is stored, and proves it by its checksum and its name, which takes expanding it on a thread and keeping nothing of that.
 * Answers undefined when no place has it whole: reading its content then says so, or finds it after all.
 *
 * Memory  the stored chunk, and its content on the thread
 * Throws  what the backend throws, but for a file that is not there
 */
export async function readFrame(
  { backend, index, workers }: FrameParts,
  { name, offset, length }: NamedChunk,
  signal: AbortSignal | undefined,
): Promise<BlobFrame | undefined> {
  const places = index
    .findForReading(name)
    .filter(({ rawLength, storedLength, sealed }) => !sealed && rawLength === length && storedLength <= maxStoredLength(length, false));
  for (const { pack, offset: at, storedLength, rawLength, codec, sealed, crc } of places) {
    const stored = await readWhole(backend, { file: packFileName(pack), at, length: storedLength }, signal);
    if (stored === undefined) {
      continue;
    }
    // A view of a list would take all of the list along to the thread.
    const chunk = { at: 0, storedLength, rawLength, codec, sealed, name: new Uint8Array(name), crc };
    const { memory, damages } = await workers.run("prove", { memory: stored.buffer, chunks: [chunk] }, [stored.buffer]);
    if (damages.length === 0) {
      return { offset, length, form: codec === chunkCodecs.zstd ? "zstd" : "raw", bytes: new Uint8Array(memory) };
    }
  }
  return undefined;
}

/** Exactly those bytes of a file; undefined when they are not all there. */
async function readWhole(
  backend: Backend,
  { file, at, length }: { readonly file: string; readonly at: number; readonly length: number },
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bytes = new Uint8Array(length);
  try {
    return (await backend.read(file, at, [bytes], signal === undefined ? {} : { signal })) === length ? bytes : undefined;
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return undefined;
    }
    throw error;
  }
}
