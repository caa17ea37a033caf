import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import { freeNow } from "@tintype/store/chunk/chunk-codec.ts";
import type { StoredBlob } from "@tintype/store/blob-store.ts";

/** Two chunks of the store, so that two threads have work; steps end where chunks end, so that none is expanded twice. */
const stepBytes = 1024 * 1024;

/** Bytes `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Streams a range of a source, reading one step ahead of whoever takes it.
 *
 * Memory  two steps of 1 MiB
 */
export async function* readRange(
  source: Pick<ByteSource, "read">,
  range: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const readAt = (offset: number) =>
    Promise.allSettled([source.read(offset, Math.min(stepBytes - (offset % stepBytes), range.end - offset), { signal })]);
  let ahead = range.start < range.end ? readAt(range.start) : undefined;
  try {
    for (let offset = range.start; ahead !== undefined;) {
      const [outcome] = await ahead;
      if (outcome.status === "rejected") {
        throw outcome.reason;
      }
      offset += outcome.value.length;
      ahead = offset < range.end ? readAt(offset) : undefined;
      yield outcome.value;
    }
  } finally {
    // Whoever stops early may close the source at once, so nothing may be reading it any more.
    await ahead;
  }
}

/**
 * Streams a range of a source the fastest way that it has. The memory of a piece is used again, or gone, when the next is asked for.
 *
 * Memory  as `StoredBlob.pieces` or as `readRange`
 */
export function piecesOf(
  source: Pick<ByteSource, "read"> & Pick<StoredBlob, "pieces">,
  range: ByteRange,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  return source.pieces?.(range, { signal }) ?? freeingSteps(source, range, signal);
}

async function* freeingSteps(
  source: Pick<ByteSource, "read">,
  range: ByteRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const bytes of readRange(source, range, signal)) {
    yield bytes;
    // A part of something larger may have neighbours that are still needed.
    if (bytes.length === bytes.buffer.byteLength) {
      freeNow(bytes);
    }
  }
}
