import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";
import type { Limits } from "../quotas/limits.ts";

/** What work on enterprise projects needs. */
export interface EnterpriseProjectsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Pick<Limits, "enterpriseProjects">;
}
