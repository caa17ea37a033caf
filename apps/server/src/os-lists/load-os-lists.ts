import type { OsListSource } from "../ports/os-list-files.ts";
import { compileOsLists } from "./compile-os-lists.ts";
import type { CompiledOsLists } from "./compile-os-lists.ts";
import type { OsList } from "./known-systems.ts";
import { readOsList } from "./read-os-list.ts";

/** Puts an operator's lists over those that come with the service: one of the same name takes the place of the other, and is for the same. */
export function loadOsLists(shipped: readonly OsListSource[], own: readonly OsListSource[]): CompiledOsLists {
  const problems: string[] = [];
  const lists = new Map<string, OsList>();
  const sources = [...shipped.map((source) => ({ source, isShipped: true })), ...own.map((source) => ({ source, isShipped: false }))];
  for (const { source, isShipped } of sources) {
    const list = readOsList(source, isShipped);
    if ("problems" in list) {
      problems.push(...list.problems);
    } else {
      problems.push(...replacementProblems(lists.get(list.name), list));
      lists.set(list.name, list);
    }
  }
  return problems.length > 0
    ? { problems }
    : compileOsLists([...lists.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1)));
}

function replacementProblems(replaced: OsList | undefined, list: OsList): readonly string[] {
  if (replaced === undefined || (replaced.use === list.use && architectureOf(replaced) === architectureOf(list))) {
    return [];
  }
  return [`${list.name}: the list that it replaces is for ${[replaced.use, architectureOf(replaced)].filter(Boolean).join(", ")}`];
}

function architectureOf(list: OsList): string | undefined {
  return "architecture" in list ? list.architecture : undefined;
}
