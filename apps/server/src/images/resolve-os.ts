import { knownSystem } from "../os-lists/known-systems.ts";
import type { KnownSystems } from "../os-lists/known-systems.ts";
import type { OsType } from "../ports/image-catalog.ts";
import { osAliases, otherOsVersions } from "./os-names.table.ts";
import type { OtherOs } from "./os-names.table.ts";

/** What is known of the operating system of an image. */
export interface ResolvedOs extends OtherOs {
  /** False when the system is not in the lists and goes by one of the names for others. */
  readonly isListed: boolean;
}

const others: ReadonlyMap<string, ResolvedOs> = new Map(
  otherOsVersions.map((other) => [other.osVersion.toLowerCase(), { ...other, isListed: false }]),
);

/**
 * Finds the operating system that a client means: by the lists, in any case and with the usual other spellings. A system that is not in
 * them is called Other_Linux, Other_Windows or Other. The version decides; the type only counts where it does not.
 */
export function resolveOs(
  systems: KnownSystems,
  told: { readonly osVersion?: string | undefined; readonly osType?: OsType | undefined },
): ResolvedOs {
  const text = normalise(told.osVersion ?? "");
  const known = knownSystem(systems, text);
  if (known !== undefined) {
    const { osVersion, platform, osType, osBit } = known;
    return { osVersion, platform, osType, osBit, isListed: true };
  }
  return others.get(text) ?? otherOf(text, told.osType);
}

function otherOf(text: string, toldType: OsType | undefined): ResolvedOs {
  const osType = toldType ?? (text.includes("windows") ? "Windows" : "Linux");
  const osBit = /(?:^|[^0-9])32[ _-]?bit/.test(text) ? "32" : "64";
  const other = otherOsVersions.find((candidate) => candidate.osType === osType && candidate.osBit === osBit);
  if (other === undefined) {
    throw new Error(`The list of other systems lacks ${osType} ${osBit}`);
  }
  return { ...other, isListed: false };
}

function normalise(osVersion: string): string {
  const text = osVersion.trim().toLowerCase().replace(/\s+/g, " ");
  return osAliases.reduce((aliased, [pattern, replacement]) => aliased.replace(pattern, replacement), text);
}
