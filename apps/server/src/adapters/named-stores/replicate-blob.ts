import type { BlobKey, BlobStore, StoredBlob } from "@tintype/store/blob-store.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import type { ReplicationRun } from "../../ports/named-stores.ts";

/** Makes a data key of its wrapped form. */
export type UnwrapKey = (wrapped: Uint8Array) => Promise<Uint8Array>;

/** A blob, and the store that gets it too. */
export interface Replication {
  readonly original: StoredBlob;
  readonly target: BlobStore;
  /** Needed for blobs with a key of their own. */
  readonly unwrapKey: UnwrapKey | undefined;
}

/** Several chunks, so that they are expanded side by side. */
const stepBytes = 4 * 1024 * 1024;

/**
 * Writes a blob to another store: its data, its record, its key in the form in which it is wrapped; what is sealed by a store's own key or
 * is plain becomes what the target makes of new blobs. What was written is read again from there before this returns, since chunks that
 * the target had already are not written anew. Progress counts both, the copying and the reading.
 *
 * Memory  4 MiB, and what a reader and a writer of the stores hold
 * Throws  `store.exists` when the target has the blob; `store.damaged` when what was written does not read; what reading, writing and
 *         unwrapping throw; the signal's reason. Then the target is as it was
 */
export async function replicateBlob({ original, target, unwrapKey }: Replication, run: ReplicationRun): Promise<void> {
  const key = await keyOf(original, unwrapKey);
  const memory = Buffer.alloc(Math.min(stepBytes, original.lengthBytes));
  const totalBytes = 2 * (await dataBytesOf(original, run.signal));
  let doneBytes = 0;
  const count = (bytes: number): void => {
    // Where chunks are of another size there, a little more or less of it is zeros.
    doneBytes = Math.min(doneBytes + bytes, totalBytes);
    run.onProgress({ doneBytes, totalBytes });
  };
  {
    await using writer = await target.create(original.id, { key });
    for await (const { offset, bytes } of dataOf(original, memory, run.signal)) {
      await writer.write(offset, bytes);
      count(bytes.length);
    }
    run.signal.throwIfAborted();
    await writer.commit({ lengthBytes: original.lengthBytes, record: original.record });
  }
  try {
    await using copy = await target.open(original.id);
    for await (const { bytes } of dataOf(copy, memory, run.signal)) {
      count(bytes.length);
    }
  } catch (error) {
    await target.remove(original.id);
    throw error;
  }
}

async function keyOf({ id, keyId, wrappedKey }: StoredBlob, unwrapKey: UnwrapKey | undefined): Promise<BlobKey | undefined> {
  // A store's own key is wrapped in nothing.
  if (keyId === undefined || wrappedKey === undefined || wrappedKey.length === 0) {
    return undefined;
  }
  if (unwrapKey === undefined) {
    throw new StoreError("store.keyUnavailable", `Blob ${id} is sealed by key ${keyId}, and there is no way to unwrap keys.`);
  }
  return { id: keyId, secret: await unwrapKey(wrappedKey.slice()), wrapped: wrappedKey };
}

/** What is not given out reads as zeros. Each piece is good until the next one is asked for. */
async function* dataOf(
  blob: StoredBlob,
  memory: Buffer,
  signal: AbortSignal,
): AsyncGenerator<{ readonly offset: number; readonly bytes: Uint8Array }> {
  for await (const { kind, offset: start, length } of blob.extents({ signal })) {
    const end = kind === "data" ? start + length : start;
    for (let offset = start; offset < end;) {
      // Steps end where chunks end, so that none is expanded twice.
      const bytes = memory.subarray(0, Math.min(stepBytes - (offset % stepBytes), end - offset));
      await readInto(blob, bytes, { offset, signal });
      yield { offset, bytes };
      offset += bytes.length;
    }
  }
}

async function readInto(
  blob: StoredBlob,
  target: Uint8Array,
  { offset, signal }: { readonly offset: number; readonly signal: AbortSignal },
): Promise<void> {
  if (blob.readInto === undefined) {
    target.set(await blob.read(offset, target.length, { signal }));
  } else {
    await blob.readInto(target, offset, { signal });
  }
}

async function dataBytesOf(blob: StoredBlob, signal: AbortSignal): Promise<number> {
  let dataBytes = 0;
  for await (const { kind, length } of blob.extents({ signal })) {
    dataBytes += kind === "data" ? length : 0;
  }
  return dataBytes;
}
