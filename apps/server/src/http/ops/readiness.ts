import type { Catalog } from "../../ports/catalog.ts";
import type { ReadinessCheck } from "./ops-plugin.ts";

/** What has to work before requests can be served: the catalog answers, and the data folder takes a file. */
export function readinessChecks(deps: { readonly catalog: Catalog; probeFolder(): Promise<void> }): readonly ReadinessCheck[] {
  return [
    { name: "catalog", run: async () => void (await deps.catalog.removals.noted(1)) },
    { name: "data folder", run: async () => deps.probeFolder() },
  ];
}
