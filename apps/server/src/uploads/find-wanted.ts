import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { Principal } from "../ports/principal.ts";
import type { ChunkSearches } from "./chunk-searches.ts";
import { findUpload } from "./find-upload.ts";
import type { KnownChunks, PushedTo } from "./known-chunks.ts";
import { ownBlobs } from "./own-blobs.ts";
import type { BlobOwner, OwnBlob } from "./own-blobs.ts";
import { largestUpload, refuseBeyond } from "./upload-limits.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** What chunks are found with. */
export interface FindWantedDeps extends UploadsDeps {
  readonly known: KnownChunks;
  readonly searches: ChunkSearches;
}

/** Bounds of what is done for one question. What is not found within them is wanted: some bytes are sent again. */
export interface SearchBounds {
  /** Blobs that are looked into. */
  readonly mostBlobs: number;
  readonly mostMs: number;
}

const bounds: SearchBounds = { mostBlobs: 20_000, mostMs: 20_000 };

/** Chunks of a file that a client is about to send. */
export interface OfferedChunks {
  readonly uploadId: string;
  /** They lie behind this place. */
  readonly offsetBytes: number;
  /** SHA-256 in hex. */
  readonly digests: readonly string[];
  readonly signal: AbortSignal;
}

/** What the client is to send, and of which length chunks are. */
export interface WantedChunks {
  /** Positions among the digests, ascending. */
  readonly wanted: readonly number[];
  readonly chunkSizeBytes: number;
}

/**
 * Tells which of the chunks that a client offers are wanted: all that no image or bucket object of its own project holds which it may read.
 * Those of other projects are never looked into, so neither the answer nor the time that it takes tells anything of them. What is there may
 * be referred to by this upload from now on, as long as it is remembered.
 *
 * Memory  as the store's `findChunks`, what `KnownChunks` keeps, and names of 20,000 blobs and of what they belong to
 * Throws  tus.pushUnavailable, tus.chunksMisplaced; what `findUpload` and `ChunkSearches` throw
 */
export async function findWanted(
  deps: FindWantedDeps,
  principal: Principal,
  offered: OfferedChunks,
  { mostBlobs, mostMs }: SearchBounds = bounds,
): Promise<WantedChunks> {
  const { uploadId, offsetBytes, digests, signal } = offered;
  const { projectId, lengthBytes } = await findUpload(deps, principal, uploadId);
  const { chunkSizeBytes } = deps.store;
  if (chunkSizeBytes === undefined || deps.store.findChunks === undefined) {
    throw new ServiceError("tus.pushUnavailable");
  }
  const lastBegins = offsetBytes + (digests.length - 1) * chunkSizeBytes;
  if (offsetBytes % chunkSizeBytes !== 0 || (lengthBytes !== undefined && lastBegins >= lengthBytes)) {
    throw new ServiceError("tus.chunksMisplaced", { offset: offsetBytes, chunkSizeBytes });
  }
  refuseBeyond(lastBegins + 1, largestUpload(deps));
  const search = async (): Promise<ReadonlySet<number>> => {
    const blobs = ownBlobs(deps.catalog, { principal, projectId }, chunkSizeBytes);
    const over = AbortSignal.timeout(mostMs);
    return await wantedOf(deps, { pushedTo: { projectId, uploadId }, digests, blobs, mostBlobs }, { signal, over });
  };
  return { wanted: [...(await deps.searches.run(projectId, search, signal))], chunkSizeBytes };
}

interface Search {
  readonly pushedTo: PushedTo;
  readonly digests: readonly string[];
  readonly blobs: AsyncIterable<OwnBlob>;
  readonly mostBlobs: number;
}

/** Looks for chunks until all are found, or the time is over; remembers what is found, and answers what is not. */
async function wantedOf(
  { store, known }: FindWantedDeps,
  { pushedTo, digests, blobs, mostBlobs }: Search,
  { signal, over }: { readonly signal: AbortSignal; readonly over: AbortSignal },
): Promise<ReadonlySet<number>> {
  const owners = new Map<BlobId, BlobOwner>();
  const wanted = new Set(digests.keys());
  const bytes = digests.map((digest) => Buffer.from(digest, "hex"));
  const options = { signal: AbortSignal.any([signal, over]) };
  try {
    for await (const { index, ...chunk } of store.findChunks?.(bytes, idsOf(blobs, mostBlobs, owners), options) ?? []) {
      const owner = owners.get(chunk.blobId);
      if (owner !== undefined) {
        known.remember(pushedTo, digests[index] ?? "", { ...chunk, owner });
        wanted.delete(index);
      }
    }
  } catch (error) {
    if (!over.aborted || signal.aborted) {
      throw error;
    }
  }
  return wanted;
}

/** Names of the first blobs, whose owners are noted as they are asked for. */
async function* idsOf(
  blobs: AsyncIterable<OwnBlob>,
  most: number,
  owners: Map<BlobId, BlobOwner>,
): AsyncGenerator<BlobId, void, undefined> {
  for await (const { blobId, owner } of blobs) {
    if (owners.size === most) {
      return;
    }
    owners.set(blobId, owner);
    yield blobId;
  }
}
