import { osFamilies } from "./os-versions.table.ts";
import type { OsUse } from "./os-versions.table.ts";

const uses: ReadonlyMap<string, OsUse> = new Map(
  osFamilies.flatMap(({ prefix, entries }) => Object.entries(entries).map(([name, use]) => [`${prefix} ${name}`, use] as const)),
);

/** What a listed operating system runs on; undefined for one that is not in the list. The name is that of the list. */
export function osUse(osVersion: string): OsUse | undefined {
  return uses.get(osVersion);
}
