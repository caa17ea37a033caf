import { coversVersion } from "./covers-system.ts";
import type { CoveredVersions } from "./covers-system.ts";
import type { FlavorList, KnownSystem, KnownSystems, OsFamily, OsList, OsUse } from "./known-systems.ts";

/** What lists say together, or why they do not fit together, a sentence each. */
export type CompiledOsLists = { readonly systems: KnownSystems } | { readonly problems: readonly string[] };

/** A system while the lists are gone through. */
interface Draft extends Omit<KnownSystem, "uses"> {
  readonly uses: Set<OsUse>;
  endOfLife: string | undefined;
}

/** Puts lists together. Every name that a list uses must be one that a list of names has. */
export function compileOsLists(lists: readonly OsList[]): CompiledOsLists {
  const problems: string[] = [];
  const report = (problem: string): void => void problems.push(problem);
  const drafts = namedSystems(lists, report);
  const byFamily = Map.groupBy(drafts.values(), ({ family }) => family);
  for (const list of lists) {
    for (const { entry, systems } of coveredSystems(list, byFamily, report)) {
      for (const system of systems) {
        note(list, { entry, system }, report);
      }
    }
  }
  const byFlavor = flavorLists(lists, report);
  if (problems.length > 0) {
    return { problems };
  }
  const families = Array.from(byFamily.values(), ([first]) => familyOf(first));
  return { systems: { byName: drafts, families: families.filter((family) => family !== undefined), byFlavor, lists } };
}

function familyOf(system: Draft | undefined): OsFamily | undefined {
  return system && { family: system.family, platform: system.platform, osType: system.osType };
}

function namedSystems(lists: readonly OsList[], report: (problem: string) => void): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  const families = new Map<string, OsFamily>();
  for (const list of lists) {
    for (const { versions, bits, bitsInName = true, ...family } of list.use === "systems" ? list.systems : []) {
      const first = families.get(family.family) ?? family;
      families.set(family.family, first);
      if (first.platform !== family.platform || first.osType !== family.osType) {
        report(`${list.name}: ${family.family} has another platform or osType elsewhere`);
      }
      for (const version of versions) {
        const osVersion = `${family.family} ${version}${bitsInName ? ` ${bits}bit` : ""}`;
        const osBit = bits === 32 ? "32" : "64";
        if (drafts.has(osVersion.toLowerCase())) {
          report(`${list.name}: "${osVersion}" is named twice`);
        }
        drafts.set(osVersion.toLowerCase(), { ...family, version, osVersion, osBit, uses: new Set(), endOfLife: undefined });
      }
    }
  }
  return drafts;
}

type Entry = CoveredVersions & { readonly until?: string };

/** The systems that every entry of a list covers. */
function coveredSystems(
  list: OsList,
  byFamily: ReadonlyMap<string, readonly Draft[]>,
  report: (problem: string) => void,
): readonly { readonly entry: Entry; readonly systems: readonly Draft[] }[] {
  const entries: readonly Entry[] = list.use === "systems" ? [] : list.systems;
  return entries.map((entry) => {
    const candidates = (byFamily.get(entry.family) ?? []).filter(({ osBit }) => entry.bits === undefined || String(entry.bits) === osBit);
    const systems = entry.versions.flatMap((version) => {
      const meant = candidates.filter((system) => coversVersion(version, system.version));
      if (meant.length === 0) {
        const name = `${entry.family} ${version}${entry.bits === undefined ? "" : ` ${entry.bits}bit`}`;
        report(`${list.name}: "${name}" is in no list of names (use "systems")`);
      }
      return meant;
    });
    return { entry, systems };
  });
}

function note(list: OsList, { entry, system }: { readonly entry: Entry; readonly system: Draft }, report: (problem: string) => void): void {
  if (list.use === "files") {
    system.uses.add(list.architecture);
  }
  // Everything on ARM machines boots so (R-076).
  if (list.use === "uefi" || (list.use === "files" && list.architecture === "arm")) {
    system.uses.add("uefi");
  }
  if (entry.until !== undefined) {
    if (system.endOfLife !== undefined && system.endOfLife !== entry.until) {
      report(`${list.name}: "${system.osVersion}" ends on two days, ${system.endOfLife} and ${entry.until}`);
    }
    system.endOfLife = entry.until;
  }
}

function flavorLists(lists: readonly OsList[], report: (problem: string) => void): ReadonlyMap<string, FlavorList> {
  const byFlavor = new Map<string, FlavorList>();
  for (const list of lists.filter((one): one is FlavorList => one.use === "flavors")) {
    for (const family of list.flavorFamilies) {
      const other = byFlavor.get(family);
      if (other !== undefined) {
        report(`${list.name}: the flavors ${family} are in ${other === list ? "it twice" : `${other.name} too`}`);
      }
      byFlavor.set(family, list);
    }
  }
  return byFlavor;
}
