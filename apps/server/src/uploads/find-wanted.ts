import { ServiceError } from "@tintype/contract/service-error.ts";
import type { Principal } from "../ports/principal.ts";
import { findUpload } from "./find-upload.ts";
import type { KnownChunks } from "./known-chunks.ts";
import { ownBlobs } from "./own-blobs.ts";
import { largestUpload, refuseBeyond } from "./upload-limits.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** Blobs that are looked into for one question. Who has more is asked for some bytes again. */
const mostBlobs = 20_000;

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
 * Memory  as the store's `findChunks`, and what `KnownChunks` keeps
 * Throws  tus.pushUnavailable, tus.chunksMisplaced; what `findUpload` throws
 */
export async function findWanted(
  deps: UploadsDeps & { readonly known: KnownChunks },
  principal: Principal,
  { uploadId, offsetBytes, digests, signal }: OfferedChunks,
): Promise<WantedChunks> {
  const { catalog, store, known } = deps;
  const { projectId, lengthBytes } = await findUpload(deps, principal, uploadId);
  const { chunkSizeBytes } = store;
  if (chunkSizeBytes === undefined || store.findChunks === undefined) {
    throw new ServiceError("tus.pushUnavailable");
  }
  const lastBegins = offsetBytes + (digests.length - 1) * chunkSizeBytes;
  if (offsetBytes % chunkSizeBytes !== 0 || (lengthBytes !== undefined && lastBegins >= lengthBytes)) {
    throw new ServiceError("tus.chunksMisplaced", { offset: offsetBytes, chunkSizeBytes });
  }
  refuseBeyond(lastBegins + 1, largestUpload(deps));
  const wanted = new Set(digests.keys());
  const bytes = digests.map((digest) => Buffer.from(digest, "hex"));
  const blobs = take(ownBlobs(catalog, { principal, projectId, leastBytes: chunkSizeBytes }), mostBlobs);
  for await (const { index, ...chunk } of store.findChunks(bytes, blobs, { signal })) {
    known.remember(uploadId, digests[index] ?? "", chunk);
    wanted.delete(index);
  }
  return { wanted: [...wanted], chunkSizeBytes };
}

async function* take<T>(all: AsyncIterable<T>, most: number): AsyncGenerator<T, void, undefined> {
  let taken = 0;
  for await (const one of all) {
    if (taken === most) {
      return;
    }
    taken += 1;
    yield one;
  }
}
