import { isDeepStrictEqual } from "node:util";
import type { KnownSystems, OsList } from "./known-systems.ts";

/** What became of a list when the lists were read again. */
export interface OsListChange {
  readonly name: string;
  /** Undefined for one that is gone. */
  readonly version: number | undefined;
  readonly date: string | undefined;
  readonly change: "added" | "replaced" | "removed" | "unchanged";
}

/** What new lists change, list by list. */
export function compareOsLists(before: KnownSystems, after: KnownSystems): readonly OsListChange[] {
  const now = new Map(after.lists.map((list) => [list.name, list]));
  const old = new Map(before.lists.map((list) => [list.name, list]));
  return [...new Set([...now.keys(), ...old.keys()])].toSorted().map((name) => {
    const [list, former] = [now.get(name), old.get(name)];
    return { name, version: list?.version, date: list?.date, change: changeOf(former, list) };
  });
}

function changeOf(before: OsList | undefined, after: OsList | undefined): OsListChange["change"] {
  if (before === undefined) {
    return "added";
  }
  if (after === undefined) {
    return "removed";
  }
  return isSame(before, after) ? "unchanged" : "replaced";
}

/** What an operator should know of new lists before relying on them: versions that go backwards, or that stay while the list does not. */
export function osListWarnings(before: KnownSystems, after: KnownSystems): readonly string[] {
  const old = new Map(before.lists.map((list) => [list.name, list]));
  return after.lists.flatMap((list) => {
    const former = old.get(list.name);
    if (former === undefined || isSame(former, list) || list.version > former.version) {
      return [];
    }
    return list.version < former.version
      ? [`${list.name}: version ${list.version} takes the place of version ${former.version}, which is newer`]
      : [`${list.name}: it is another list, with the same version ${list.version}`];
  });
}

/** Where a list came from makes no difference. */
function isSame(one: OsList, other: OsList): boolean {
  return isDeepStrictEqual({ ...one, isShipped: true }, { ...other, isShipped: true });
}
