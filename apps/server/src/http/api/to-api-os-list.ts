import type { OsList as ApiOsList, OsListEntry } from "@tintype/contract/api/os-lists.ts";
import type { OsList } from "../../os-lists/known-systems.ts";

/** Shows a list of operating systems. */
export function toApiOsList(list: OsList): ApiOsList {
  const { name, title, use, version, date, source, isShipped } = list;
  return {
    name,
    title,
    use,
    version,
    date,
    source,
    isShipped,
    ...("architecture" in list && { architecture: list.architecture }),
    ...("flavorFamilies" in list && { flavorFamilies: list.flavorFamilies }),
    systems: list.systems.map(toEntry),
  };
}

function toEntry(entry: OsList["systems"][number]): OsListEntry {
  const { family: os, versions, bits } = entry;
  return {
    os,
    versions,
    ...(bits !== undefined && { bits }),
    ...("kernels" in entry && entry.kernels !== undefined && { kernels: entry.kernels }),
    ...("until" in entry && { endOfLife: entry.until }),
  };
}
