import type { BlobStore } from "@tintype/store/blob-store.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ContentDigests } from "../ports/content-digests.ts";
import type { Ids } from "../ports/ids.ts";
import type { KeyService } from "../ports/key-service.ts";
import type { Log } from "../ports/log.ts";
import type { BucketCeilings } from "./bucket-ceilings.table.ts";

/** What the use cases of buckets work with. */
export interface BucketsDeps {
  readonly catalog: Pick<Catalog, "buckets" | "removals" | "transaction">;
  readonly store: BlobStore;
  readonly keys: KeyService;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly digests: ContentDigests;
  readonly ceilings: BucketCeilings;
}
