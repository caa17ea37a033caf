import { ServiceError } from "@tintype/contract/service-error.ts";
import { fillFrom } from "@tintype/disk/core/fill-from.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { freeNow } from "@tintype/store/chunk/chunk-codec.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { OpenBlobs } from "../buckets/open-blobs.ts";
import type { ChunkRecord } from "./chunk-records.ts";
import type { KnownChunk, KnownChunks } from "./known-chunks.ts";

/** What references are read with. */
export interface ReferenceDeps {
  readonly store: BlobStore;
  readonly known: KnownChunks;
}

/** Records of an upload, and when nobody waits for them any more. */
export interface ExpandedRecords {
  readonly uploadId: string;
  readonly records: AsyncIterable<ChunkRecord>;
  /** Asked before every piece. */
  readonly isOver: () => boolean;
}

/** All runs of zeros are pieces of these. */
const zeros = new Uint8Array(1024 * 1024);

/**
 * The bytes that records stand for. What a reference stands for is read from where it was found, and proven by its digest. Whoever takes a
 * piece must be done with it when the next is asked for.
 *
 * Memory  one piece of the body, or one chunk; manifests of 16 blobs
 * Throws  tus.chunkForgotten for a reference that was never given out or is not remembered, or whose chunk is gone or damaged; what
 *         reading the records and the store throws
 */
export async function* expandRecords(
  deps: ReferenceDeps,
  { uploadId, records, isOver }: ExpandedRecords,
): AsyncGenerator<Uint8Array, void, undefined> {
  await using blobs = new OpenBlobs(deps.store);
  for await (const record of records) {
    switch (record.kind) {
      case "data":
        yield record.bytes;
        break;
      case "reference": {
        const bytes = await readChunk(blobs, deps.known.find(uploadId, record.digest), record.digest);
        yield bytes;
        freeNow(bytes);
        break;
      }
      case "zeros":
        for (let left = record.lengthBytes; left > 0; left -= zeros.length) {
          if (isOver()) {
            throw new Error("Nobody waits for the rest of a run of zeros");
          }
          yield zeros.subarray(0, left);
        }
        break;
    }
  }
}

async function readChunk(blobs: OpenBlobs, chunk: KnownChunk | undefined, digest: string): Promise<Uint8Array<ArrayBuffer>> {
  if (chunk === undefined) {
    throw new ServiceError("tus.chunkForgotten", { digest });
  }
  const bytes = await readKnown(blobs, chunk, digest);
  // On a thread of its own, unlike the other ways to compute a digest at once.
  const found = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
  if (found !== digest) {
    const cause = new Error(`Chunk ${digest} was found at ${chunk.offset} of blob ${chunk.blobId}, and there lies ${found}`);
    throw new ServiceError("tus.chunkForgotten", { digest }, { cause });
  }
  return bytes;
}

async function readKnown(blobs: OpenBlobs, { blobId, offset, length }: KnownChunk, digest: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    using lease = await blobs.lease(blobId);
    const target = new Uint8Array(length);
    await fillFrom(lease.blob, target, offset);
    return target;
  } catch (error) {
    const isGone = isStoreError(error) && (error.code === "store.notFound" || error.code === "store.damaged");
    throw isGone ? new ServiceError("tus.chunkForgotten", { digest }, { cause: error }) : error;
  }
}
