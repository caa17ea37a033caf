import { osAdvice } from "../images/os-advice.table.ts";
import type { Advice, AdvisedImage } from "../images/os-advice.table.ts";
import { resolveOs } from "../images/resolve-os.ts";
import { knownSystem } from "../os-lists/known-systems.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

/** An image as it will be, and the operating system that was told. */
export interface WarnedImage extends AdvisedImage, Pick<ImageRecord, "minDiskGiB"> {
  readonly toldOsVersion: string | undefined;
}

/** Something that a user should know, and that stops nothing. */
export type ImportWarning = Omit<Advice<WarnedImage>, "zh">;

const advisedGiB = 40;

/** What an import says to its user beside its outcome: it stands in the job. */
export const importWarnings: readonly ImportWarning[] = [
  {
    name: "osNotListed",
    requirement: "R-068",
    isDue: ({ kind, toldOsVersion, systems }) =>
      kind !== "data" && toldOsVersion !== undefined && !resolveOs(systems, { osVersion: toldOsVersion }).isListed,
    en: ({ toldOsVersion, osVersion }) =>
      `"${toldOsVersion}" is not in the list of supported systems. The image goes by ${osVersion}; whether it starts depends on the drivers in it.`,
  },
  {
    name: "osNotForFiles",
    requirement: "R-068",
    isDue: ({ kind, osVersion, systems }) => kind !== "data" && knownSystem(systems, osVersion)?.uses.size === 0,
    en: ({ osVersion }) =>
      `${osVersion} is not in the lists of systems that image files may hold. Whether a machine starts from the image depends on the drivers in it.`,
  },
  ...osAdvice,
  {
    name: "smallDisk",
    requirement: "R-070, R-104",
    isDue: ({ kind, minDiskGiB }) => kind !== "iso" && minDiskGiB < advisedGiB,
    en: ({ minDiskGiB }) => `The disk has ${minDiskGiB} GiB; ${advisedGiB} or more is advised.`,
  },
];
