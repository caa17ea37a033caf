import type { OsType } from "../ports/image-catalog.ts";
import type { OsListFile } from "./os-list-file.ts";

/** What a system is listed for: files for machines of an architecture, and booting with UEFI. */
export type OsUse = "x86" | "arm" | "uefi";

/** A family of operating systems. */
export interface OsFamily {
  readonly family: string;
  readonly platform: string;
  readonly osType: OsType;
}

/** One operating system that an image can be said to hold. */
export interface KnownSystem extends OsFamily {
  /** Family, version and width, as clients of IMS spell it. */
  readonly osVersion: string;
  readonly version: string;
  readonly osBit: "32" | "64";
  /** Empty for one that machines run and that is in no list for files. */
  readonly uses: ReadonlySet<OsUse>;
  /** Last day of the vendor's support, as `YYYY-MM-DD`; undefined where no list tells it. */
  readonly endOfLife: string | undefined;
}

/** A list as its file tells it, with its name. */
export type OsList = OsListFile & {
  readonly name: string;
  /** True for one that came with the service. */
  readonly isShipped: boolean;
};

/** Systems that machines of some families of flavors support. */
export type FlavorList = Extract<OsList, { readonly use: "flavors" }>;

/** Everything that the lists say together, ready to be asked. It never changes; new lists make a new one. */
export interface KnownSystems {
  /** By the OS version in small letters, in the order of the lists. */
  readonly byName: ReadonlyMap<string, KnownSystem>;
  readonly families: readonly OsFamily[];
  /** By the family of flavors that they are for. */
  readonly byFlavor: ReadonlyMap<string, FlavorList>;
  /** By name. */
  readonly lists: readonly OsList[];
}

/** The lists that count now. Whoever answers a question asks anew: they may be replaced while the service runs. */
export interface OsLists {
  readonly current: KnownSystems;
}

/** The system of that name; undefined for one that is not in the lists. */
export function knownSystem({ byName }: KnownSystems, osVersion: string): KnownSystem | undefined {
  return byName.get(osVersion.toLowerCase());
}
