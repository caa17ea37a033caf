import type { ChunkStore } from "@tintype/store/store.ts";
import type { NamedStore } from "../ports/named-stores.ts";

/** A store that upkeep looks after. */
export interface NamedChunkStore extends NamedStore {
  readonly blobs: ChunkStore;
}

/** All of them, the preferred first. */
export interface ChunkStores {
  readonly all: readonly NamedChunkStore[];
}
