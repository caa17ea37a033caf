import type { OsType } from "../ports/image-catalog.ts";

/** One name outside the families: what an image is called whose system is not in the lists. */
export interface OtherOs {
  readonly osVersion: string;
  readonly platform: string;
  readonly osType: OsType;
  readonly osBit: "32" | "64";
}

/** The names for systems that are not in the lists. */
export const otherOsVersions: readonly OtherOs[] = [
  { osVersion: "Other_Linux (64_bit)", platform: "Other", osType: "Linux", osBit: "64" },
  { osVersion: "Other_Linux (32_bit)", platform: "Other", osType: "Linux", osBit: "32" },
  { osVersion: "Other_Windows (64_bit)", platform: "Windows", osType: "Windows", osBit: "64" },
  { osVersion: "Other_Windows (32_bit)", platform: "Windows", osType: "Windows", osBit: "32" },
  { osVersion: "Other (64_bit)", platform: "Other", osType: "Other", osBit: "64" },
  { osVersion: "Other (32_bit)", platform: "Other", osType: "Other", osBit: "32" },
];

/** Other spellings of the same, tried in order on the text in lower case with single spaces. */
export const osAliases: readonly (readonly [RegExp, string])[] = [
  [/^(red ?hat linux enterprise|red ?hat enterprise linux|red ?hat)(?= )/, "redhat linux enterprise"],
  [/^novell suse linux/, "suse linux"],
  [/^windows server 2012 r2 essentials/, "windows server 2012 essentials r2"],
  [/^windows server 2008 web r2/, "windows server 2008 r2 web"],
  [/^oracle linux (?!server)/, "oracle linux server release "],
  [/^other[ _](linux|windows) ?\((32|64)[ _]bit\)$/, "other_$1 ($2_bit)"],
  [/^other ?\((32|64)[ _]bit\)$/, "other ($1_bit)"],
];
