import type { KnownSystem, KnownSystems } from "../os-lists/known-systems.ts";
import { otherOsVersions } from "./os-names.table.ts";
import type { OtherOs } from "./os-names.table.ts";

/** What operating systems can be selected by: for bare-metal machines, booting with UEFI, for ARM or x86 machines, for virtual machines. */
export const osTags = ["bms", "uefi", "arm", "x86", "kvm"] as const;
export type OsTag = (typeof osTags)[number];

/** Not in the lists of systems: nothing is known against any use. */
const usesOfOthers = {
  wide: new Set(["x86", "arm", "uefi"] as const),
  others: new Set(["x86"] as const),
};

/** The operating systems that files of images may hold and that have all of the tags, grouped by platform, in the order of the lists. */
export function listOsVersions({ byName }: KnownSystems, tags: readonly OsTag[]): ReadonlyMap<string, readonly OtherOs[]> {
  const systems = [...byName.values()].filter(({ uses }) => uses.size > 0);
  const others = otherOsVersions.map((os) => ({
    ...os,
    uses: os.osType !== "Windows" && os.osBit === "64" ? usesOfOthers.wide : usesOfOthers.others,
  }));
  return Map.groupBy<string, OtherOs & Pick<KnownSystem, "uses">>(
    [...systems, ...others].filter((os) => tags.every((tag) => hasTag(os, tag))),
    ({ platform }) => platform,
  );
}

function hasTag({ osBit, uses }: Pick<KnownSystem, "osBit" | "uses">, tag: OsTag): boolean {
  // Bare-metal machines take 64 bits; no source lists their systems one by one.
  return tag === "kvm" || (tag === "bms" ? osBit === "64" : uses.has(tag));
}
