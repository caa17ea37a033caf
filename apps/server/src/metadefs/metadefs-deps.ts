import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

/** What work on definitions of metadata needs. */
export interface MetadefsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
}
