import type { OsType } from "../ports/image-catalog.ts";
import { osAliases, osFamilies, otherOsVersions } from "./os-versions.table.ts";
import type { OtherOs } from "./os-versions.table.ts";

/** What is known of the operating system of an image. */
export interface ResolvedOs extends OtherOs {
  /** False when the system is not in the list and goes by one of the names for others. */
  readonly isListed: boolean;
}

const known: ReadonlyMap<string, ResolvedOs> = new Map(
  [...listedSystems(), ...otherSystems()].map((os) => [os.osVersion.toLowerCase(), os]),
);

function listedSystems(): readonly ResolvedOs[] {
  return osFamilies.flatMap(({ prefix, platform, osType, entries }) =>
    Object.keys(entries).map((name) => {
      const osBit = name.endsWith("32bit") ? "32" : "64";
      return { osVersion: `${prefix} ${name}`, platform, osType, osBit, isListed: true };
    }),
  );
}

function otherSystems(): readonly ResolvedOs[] {
  return otherOsVersions.map((other) => ({ ...other, isListed: false }));
}

/**
 * Finds the operating system that a client means: by the list, in any case and with the usual other spellings. A system that is not in
 * the list is called Other_Linux, Other_Windows or Other. The version decides; the type only counts where it does not.
 */
export function resolveOs(told: { readonly osVersion?: string | undefined; readonly osType?: OsType | undefined }): ResolvedOs {
  const text = normalise(told.osVersion ?? "");
  const found = known.get(text);
  if (found !== undefined) {
    return found;
  }
  const osType = told.osType ?? (text.includes("windows") ? "Windows" : "Linux");
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
