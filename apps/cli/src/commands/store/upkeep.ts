import type {
  CollectionReport,
  CollectionRequest,
  StoreStats,
  VerificationReport,
  VerificationRequest,
} from "@tintype/contract/api/store.ts";
import type { ProgressLine } from "../../output/progress-line.ts";

/** Looking after a store, wherever it is. Disposal gives the folder free, where one was opened. */
export interface Upkeep extends AsyncDisposable {
  stats(): Promise<StoreStats>;
  collect(request: CollectionRequest, progress: ProgressLine): Promise<CollectionReport>;
  verify(request: VerificationRequest, progress: ProgressLine): Promise<VerificationReport>;
  /** Copies the catalog; answers where the copy is. */
  backUp(): Promise<string>;
}
