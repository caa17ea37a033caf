import { osUse } from "../images/os-use.ts";
import { resolveOs } from "../images/resolve-os.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

/** An image as it will be, and the operating system that was told. */
export interface WarnedImage extends Pick<ImageRecord, "osVersion" | "architecture" | "firmware" | "minDiskGiB" | "kind"> {
  readonly toldOsVersion: string | undefined;
}

/** Something that a user should know, and that stops nothing. */
export interface ImportWarning {
  readonly name: string;
  readonly requirement: string;
  isDue(image: WarnedImage): boolean;
  readonly en: (image: WarnedImage) => string;
}

const advisedGiB = 40;
const isMachine = ({ kind }: WarnedImage): boolean => kind === "system" || kind === "bareMetal";

/** What an import says to its user beside its outcome: it stands in the job. */
export const importWarnings: readonly ImportWarning[] = [
  {
    name: "osNotListed",
    requirement: "R-068",
    isDue: ({ kind, toldOsVersion }) => kind !== "data" && toldOsVersion !== undefined && !resolveOs({ osVersion: toldOsVersion }).isListed,
    en: ({ toldOsVersion, osVersion }) =>
      `"${toldOsVersion}" is not in the list of supported systems. The image goes by ${osVersion}; whether it starts depends on the drivers in it.`,
  },
  {
    name: "osNotForUefi",
    requirement: "R-234",
    isDue: (image) => isMachine(image) && image.firmware === "uefi" && image.architecture === "x86" && osUse(image.osVersion) === "x",
    en: ({ osVersion }) => `${osVersion} is not in the list of systems that boot with UEFI. A machine may not start from this image.`,
  },
  {
    name: "osNotForArm",
    requirement: "R-233",
    isDue: (image) => isMachine(image) && image.architecture === "arm" && osUse(image.osVersion)?.includes("a") === false,
    en: ({ osVersion }) => `${osVersion} is not in the list of systems for ARM machines. A machine may not start from this image.`,
  },
  {
    name: "osNotForX86",
    requirement: "R-232",
    isDue: (image) => isMachine(image) && image.architecture === "x86" && osUse(image.osVersion)?.includes("x") === false,
    en: ({ osVersion }) =>
      `${osVersion} is in the list for ARM machines alone. Register the image with the architecture arm, if it is one.`,
  },
  {
    name: "smallDisk",
    requirement: "R-070, R-104",
    isDue: ({ kind, minDiskGiB }) => kind !== "iso" && minDiskGiB < advisedGiB,
    en: ({ minDiskGiB }) => `The disk has ${minDiskGiB} GiB; ${advisedGiB} or more is advised.`,
  },
];
