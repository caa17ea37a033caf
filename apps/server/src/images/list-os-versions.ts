import { osFamilies, otherOsVersions } from "./os-versions.table.ts";
import type { OsType } from "../ports/image-catalog.ts";
import type { OsUse } from "./os-versions.table.ts";

/** What operating systems can be selected by: for bare-metal machines, booting with UEFI, for ARM or x86 machines, for virtual machines. */
export const osTags = ["bms", "uefi", "arm", "x86", "kvm"] as const;
export type OsTag = (typeof osTags)[number];

/** One operating system of the list. */
export interface ListedOs {
  readonly platform: string;
  readonly osVersion: string;
  readonly osBit: "32" | "64";
  readonly osType: OsType;
}

interface TaggedOs extends ListedOs {
  readonly tags: ReadonlySet<OsTag>;
}

const listed: readonly TaggedOs[] = [
  ...osFamilies.flatMap(({ prefix, platform, osType, entries }) =>
    Object.entries(entries).map(([name, use]): TaggedOs => {
      const osBit = name.endsWith("32bit") ? "32" : "64";
      return { platform, osVersion: `${prefix} ${name}`, osBit, osType, tags: tagsOf(use, osBit) };
    }),
  ),
  // Not in the list of systems: nothing is known against any use.
  ...otherOsVersions.map((os): TaggedOs => ({ ...os, tags: tagsOf(os.osType !== "Windows" && os.osBit === "64" ? "xau" : "x", os.osBit) })),
];

/** Bare-metal machines take 64 bits; no source lists their systems one by one. */
function tagsOf(use: OsUse, osBit: "32" | "64"): ReadonlySet<OsTag> {
  return new Set<OsTag>([
    "kvm",
    ...(osBit === "64" ? (["bms"] as const) : []),
    ...(use.includes("u") ? (["uefi"] as const) : []),
    ...(use.includes("a") ? (["arm"] as const) : []),
    ...(use.includes("x") ? (["x86"] as const) : []),
  ]);
}

/** The operating systems that have all of the tags, grouped by platform, in the order of the list. */
export function listOsVersions(tags: readonly OsTag[]): ReadonlyMap<string, readonly ListedOs[]> {
  return Map.groupBy(
    listed.filter((os) => tags.every((tag) => os.tags.has(tag))),
    ({ platform }) => platform,
  );
}
