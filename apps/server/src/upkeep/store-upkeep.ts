import type { CollectionReport, ImageWeight, StoreStats, VerificationReport } from "@tintype/contract/api/store.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

/** How a long look at the store is called off and followed. */
export interface UpkeepRun {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly doneBytes: number; readonly totalBytes: number }) => void) | undefined;
}

/** Looking after a store: the same words and answers whether a running service does it or a command on a folder that no service holds. */
export interface StoreUpkeep {
  /** Takes time in proportion to the number of chunks. */
  stats(run?: UpkeepRun): Promise<StoreStats>;
  /** What deleting an image would free, and what it takes. As costly as `stats`. */
  weigh(image: ImageRecord, run?: UpkeepRun): Promise<ImageWeight>;
  collect(options: UpkeepRun & { readonly dryRun: boolean; readonly graceMs?: number | undefined }): Promise<CollectionReport>;
  verify(options: UpkeepRun & { readonly read: boolean }): Promise<VerificationReport>;
  /** Copies the catalog; answers where the copy is. */
  backUp(): Promise<string>;
}
