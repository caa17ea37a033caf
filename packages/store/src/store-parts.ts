import type { Backend } from "./backend/backend.ts";
import type { ChunkCache } from "./chunk/chunk-cache.ts";
import type { ChunkSlots } from "./chunk/chunk-slots.ts";
import type { ChunkTasks } from "./chunk/chunk-tasks.ts";
import type { ChunkTurns } from "./chunk/chunk-turns.ts";
import type { WorkerPool } from "./chunk/worker-pool.ts";
import type { ChunkIndex } from "./chunk-index/chunk-index.ts";
import type { WorkFolder } from "./folder/work-folder.ts";
import type { LiveRoots } from "./live/live-roots.ts";
import type { PackPins } from "./live/pack-pins.ts";
import type { CheckOwner } from "./owner/claim-store.ts";
import type { KeyRing } from "./seal/key-ring.ts";
import type { BlobId, BlobRecord } from "./blob-store.ts";
import type { StoreError } from "./store-error.ts";
import type { StoreFormat } from "./store-format.ts";

/** A blob that could not be read because what is stored of it is damaged. */
export interface DamagedBlob {
  readonly blobId: BlobId;
  /** Undefined where it is the manifest that is damaged. */
  readonly record: BlobRecord | undefined;
  readonly error: StoreError;
}

/** What an open store consists of: what writers, readers, collection and verification share. */
export interface StoreParts {
  readonly backend: Backend;
  readonly folder: WorkFolder;
  /** Asked before anything is destroyed. */
  readonly checkOwner: CheckOwner;
  readonly format: StoreFormat;
  readonly index: ChunkIndex;
  readonly workers: WorkerPool<ChunkTasks>;
  readonly slots: ChunkSlots;
  readonly turns: ChunkTurns;
  readonly cache: ChunkCache;
  /** Lists kept in memory, of 128 KiB each. */
  readonly mostLists: number;
  readonly keys: KeyRing;
  /** Packs that unfinished writers rely on. */
  readonly pins: PackPins;
  /** Blobs that are open, being committed, or being copied. */
  readonly roots: LiveRoots;
  /** Length at which a pack is full. */
  readonly packBytes: number;
  /** Told of blobs that cannot be read. */
  readonly onDamage: ((damage: DamagedBlob) => void) | undefined;
}
