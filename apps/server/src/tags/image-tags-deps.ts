import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Limits } from "../quotas/limits.ts";

/** What work on the tags of images needs. */
export interface ImageTagsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly limits: Limits;
}
