import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids } from "../ports/ids.ts";

/** What the use cases of identity work with. */
export interface IdentityDeps {
  readonly catalog: Pick<Catalog, "identity" | "enterpriseProjects" | "transaction">;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The project of this name is meant where a caller names none. */
  readonly region: string;
  readonly tokenLifetimeMs: number;
}
