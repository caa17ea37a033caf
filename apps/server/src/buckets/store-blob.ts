import type { BlobId, BlobKey, BlobRecord, BlobWriter } from "@tintype/store/blob-store.ts";
import type { ObjectPart } from "../ports/bucket-catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import { nameBlob } from "./name-blob.ts";
import { releaseBlobs } from "./release-blobs.ts";
import type { ReleaseDeps } from "./release-blobs.ts";

/** What storing a blob needs. */
export interface StoreBlobDeps extends ReleaseDeps {
  readonly catalog: Pick<Catalog, "removals" | "transaction">;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What was written: its length, and what its manifest says about it. */
export interface WrittenContent {
  readonly lengthBytes: number;
  readonly record: BlobRecord;
}

/** How a blob is filled, and how the catalog learns of it. */
export interface BlobStoring<C extends WrittenContent, T> {
  /** Seals the blob. */
  readonly key?: BlobKey | undefined;
  /** Fills the blob; what it throws leaves nothing behind. */
  write(writer: BlobWriter): Promise<C>;
  /** Puts the blob into the catalog; `released` are the blobs that nothing names any more. What it throws leaves nothing behind. */
  record(catalog: Catalog, part: ObjectPart, content: C): Promise<{ readonly result: T; readonly released: readonly BlobId[] }>;
}

/**
 * Stores a blob and makes the catalog name it, so that both happen or neither, wherever the process stops: the blob is noted as
 * a removal first, and struck out in the transaction that names it; what it replaces is noted in the same transaction.
 */
export async function storeBlob<C extends WrittenContent, T>(deps: StoreBlobDeps, storing: BlobStoring<C, T>): Promise<T> {
  // The port makes 32 hex digits, which is what a blob's name is.
  const blobId = deps.ids.hex32() as BlobId;
  await deps.catalog.removals.note([blobId], deps.clock.now());
  const content = await writeBlob(deps, blobId, storing);
  const { result, released } = await nameBlob(deps, blobId, async (catalog) => {
    const outcome = await storing.record(catalog, { blobId, lengthBytes: content.lengthBytes }, content);
    await catalog.removals.note(outcome.released, deps.clock.now());
    return outcome;
  });
  await releaseBlobs(deps, released);
  return result;
}

/** Releases the blob when it throws. */
async function writeBlob<C extends WrittenContent>(deps: ReleaseDeps, blobId: BlobId, storing: BlobStoring<C, unknown>): Promise<C> {
  try {
    await using writer = await deps.store.create(blobId, { key: storing.key });
    const content = await storing.write(writer);
    await writer.commit({ lengthBytes: content.lengthBytes, record: content.record });
    return content;
  } catch (error) {
    await releaseBlobs(deps, [blobId]);
    throw error;
  }
}
