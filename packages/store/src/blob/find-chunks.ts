import type { Backend } from "../backend/backend.ts";
import type { BlobId, FoundChunk } from "../blob-store.ts";
import { nameBytes } from "../chunk/chunk-codec.ts";
import { holdManifest } from "../live/hold-manifest.ts";
import type { LiveRoots } from "../live/live-roots.ts";
import type { FetchList } from "../manifest/list-cache.ts";
import { chunksPerList, listBytesOf, listCountOf, listNameOf, maxLists } from "../manifest/manifest-format.ts";
import type { Manifest } from "../manifest/manifest-format.ts";
import type { ManifestFile } from "../manifest/read-manifest.ts";
import { keyedNameOf } from "../seal/data-key.ts";
import type { KeyRing } from "../seal/key-ring.ts";
import { isStoreError } from "../store-error.ts";

/** What finding works with. */
export interface FindChunksParts {
  readonly backend: Backend;
  readonly roots: LiveRoots;
  readonly keys: KeyRing;
  /** Fetches a list past the cache, which is for readers. */
  readonly fetchList: FetchList;
  readonly signal: AbortSignal;
}

/** Digests that are still looked for, as blobs of one kind name their chunks: positions of the digests by name. */
type NamesOfDigests = ReadonlyMap<string, readonly number[]>;

/**
 * Finds blobs that hold chunks of given SHA-256 digests, as `BlobStore.findChunks` promises. No index of all chunks is asked: then the
 * time it takes would tell whether anybody else has a chunk.
 *
 * Memory  some 400 bytes a digest, one manifest, one list of 128 KiB, and the names of at most 32,768 lists
 * Throws  the signal's reason
 */
export async function* findChunks(
  parts: FindChunksParts,
  digests: readonly Uint8Array[],
  blobs: Iterable<BlobId> | AsyncIterable<BlobId>,
): AsyncGenerator<FoundChunk, void, undefined> {
  const search = new ChunkSearch(parts, digests);
  if (search.isOver) {
    return;
  }
  for await (const id of blobs) {
    parts.signal.throwIfAborted();
    yield* search.lookInto(id);
    if (search.isOver) {
      return;
    }
  }
}

class ChunkSearch {
  readonly #parts: FindChunksParts;
  readonly #digests: readonly Uint8Array[];
  readonly #missing: Set<number>;
  /** By the key that names the chunks; the empty one stands for plain blobs. */
  readonly #namesByKey = new Map<string, NamesOfDigests>();
  /** Lists that were looked through: copies and versions of a disk share most of theirs. */
  readonly #seen = new Set<string>();

  constructor(parts: FindChunksParts, digests: readonly Uint8Array[]) {
    this.#parts = parts;
    this.#digests = digests;
    this.#missing = new Set(digests.keys());
  }

  get isOver(): boolean {
    return this.#missing.size === 0;
  }

  async *lookInto(blobId: BlobId): AsyncGenerator<FoundChunk, void, undefined> {
    try {
      using held = await holdManifest(this.#parts, blobId);
      const names = await this.#namesFor(held.file);
      if (names === undefined) {
        return;
      }
      for (let number = 0; number < listCountOf(held.file.manifest) && !this.isOver; number += 1) {
        this.#parts.signal.throwIfAborted();
        yield* await this.#lookThrough(held.file.manifest, number, names);
      }
    } catch (error) {
      if (!isStoreError(error) || (error.code !== "store.missing" && error.code !== "store.damaged")) {
        throw error;
      }
    }
  }

  /** Undefined for a blob with a key of its own. */
  async #namesFor(file: ManifestFile): Promise<NamesOfDigests | undefined> {
    const { keys } = this.#parts;
    const { keyId = "" } = file.manifest;
    if (keyId !== "" && !keys.isStoreKey(file.manifest)) {
      return undefined;
    }
    const known = this.#namesByKey.get(keyId);
    const key = await keys.keyOf(file);
    const names = known ?? this.#nameDigests((digest) => (key === undefined ? digest : keyedNameOf(digest, key.nameKey)));
    this.#namesByKey.set(keyId, names);
    return names;
  }

  #nameDigests(nameOf: (digest: Uint8Array) => Uint8Array): NamesOfDigests {
    const names = new Map<string, number[]>();
    for (const [index, digest] of this.#digests.entries()) {
      const name = Buffer.from(nameOf(digest)).toString("latin1");
      const indexes = names.get(name);
      if (indexes === undefined) {
        names.set(name, [index]);
      } else {
        indexes.push(index);
      }
    }
    return names;
  }

  async #lookThrough(manifest: Manifest, number: number, names: NamesOfDigests): Promise<readonly FoundChunk[]> {
    const listName = listNameOf(manifest, number);
    const key = listName?.toString("latin1") ?? "";
    if (listName === undefined || this.#seen.has(key)) {
      return [];
    }
    const list = await this.#parts.fetchList(listName, listBytesOf(manifest, number));
    if (this.#seen.size < maxLists) {
      this.#seen.add(key);
    }
    const found: FoundChunk[] = [];
    for (let at = 0; at < list.length; at += nameBytes) {
      for (const index of names.get(list.toString("latin1", at, at + nameBytes)) ?? []) {
        if (this.#missing.delete(index)) {
          const offset = (number * chunksPerList + at / nameBytes) * manifest.chunkSizeBytes;
          const length = Math.min(manifest.chunkSizeBytes, manifest.lengthBytes - offset);
          found.push({ index, blobId: manifest.id, offset, length });
        }
      }
    }
    return found;
  }
}
