import { ServiceError } from "@tintype/contract/service-error.ts";
import { fillFrom } from "@tintype/disk/core/fill-from.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { OpenBlobs } from "../buckets/open-blobs.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import type { KnownChunk, KnownChunks, PushedTo } from "./known-chunks.ts";
import { isOwnBlob } from "./own-blobs.ts";

/** What references are read with. */
export interface ReferenceDeps {
  readonly catalog: Catalog;
  readonly store: BlobStore;
  readonly known: KnownChunks;
}

/**
 * Reads chunks that one request refers to, each proven by its digest. Whether the caller may read a blob is asked anew in every request:
 * since the chunk was found, what the blob belongs to may have been deleted or put out of use, and somebody else of the project may call now.
 *
 * Memory  manifests of 16 blobs, and the names of those that may be read
 */
export class KnownReader implements AsyncDisposable {
  readonly #deps: ReferenceDeps;
  readonly #principal: Principal;
  readonly #pushedTo: PushedTo;
  readonly #blobs: OpenBlobs;
  readonly #allowed = new Set<BlobId>();

  constructor(deps: ReferenceDeps, principal: Principal, pushedTo: PushedTo) {
    this.#deps = deps;
    this.#principal = principal;
    this.#pushedTo = pushedTo;
    this.#blobs = new OpenBlobs(deps.store);
  }

  /**
   * The chunk of a digest, in hex.
   *
   * Throws  tus.chunkForgotten when it was never found for the upload, is not remembered, or is gone, damaged or not for the caller; what
   *         the store throws
   */
  async read(digest: string): Promise<Uint8Array<ArrayBuffer>> {
    const chunk = this.#deps.known.find(this.#pushedTo, digest);
    if (chunk === undefined || !(await this.#isAllowed(chunk))) {
      throw new ServiceError("tus.chunkForgotten", { digest });
    }
    const bytes = await this.#readKnown(chunk, digest);
    // On a thread of its own, unlike the other ways to compute a digest at once.
    const found = Buffer.from(await crypto.subtle.digest("SHA-256", bytes)).toString("hex");
    if (found !== digest) {
      const cause = new Error(`Chunk ${digest} was found at ${chunk.offset} of blob ${chunk.blobId}, and there lies ${found}`);
      throw new ServiceError("tus.chunkForgotten", { digest }, { cause });
    }
    return bytes;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#blobs[Symbol.asyncDispose]();
  }

  async #isAllowed({ blobId, owner }: KnownChunk): Promise<boolean> {
    if (this.#allowed.has(blobId)) {
      return true;
    }
    const content = { principal: this.#principal, projectId: this.#pushedTo.projectId };
    const isAllowed = await isOwnBlob(this.#deps.catalog, content, { blobId, owner });
    if (isAllowed) {
      this.#allowed.add(blobId);
    }
    return isAllowed;
  }

  async #readKnown({ blobId, offset, length }: KnownChunk, digest: string): Promise<Uint8Array<ArrayBuffer>> {
    try {
      using lease = await this.#blobs.lease(blobId);
      const target = new Uint8Array(length);
      await fillFrom(lease.blob, target, offset);
      return target;
    } catch (error) {
      const isGone = isStoreError(error) && (error.code === "store.notFound" || error.code === "store.damaged");
      throw isGone ? new ServiceError("tus.chunkForgotten", { digest }, { cause: error }) : error;
    }
  }
}
