import { knownSystem } from "../os-lists/known-systems.ts";
import type { KnownSystem, KnownSystems, OsUse } from "../os-lists/known-systems.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";

/** An image as it is or will be, the lists, and the time in milliseconds. */
export interface AdvisedImage extends Pick<ImageRecord, "osVersion" | "architecture" | "firmware" | "kind"> {
  readonly systems: KnownSystems;
  readonly now: number;
}

/** Something that a user should know of an image, and that stops nothing. */
export interface Advice<Subject> {
  readonly name: string;
  readonly requirement: string;
  isDue(subject: Subject): boolean;
  readonly en: (subject: Subject) => string;
  readonly zh: (subject: Subject) => string;
}

/** Tells whether a machine would start from the image itself. */
function isMachine({ kind }: Pick<AdvisedImage, "kind">): boolean {
  return kind === "system" || kind === "bareMetal";
}

function systemOf({ systems, osVersion }: AdvisedImage): KnownSystem | undefined {
  return knownSystem(systems, osVersion);
}

/** Tells whether a system is in lists for files, but not in the one for this use. What is in none of them, another advice tells. */
function isListedWithout(image: AdvisedImage, use: OsUse): boolean {
  const uses = systemOf(image)?.uses;
  return uses !== undefined && uses.size > 0 && !uses.has(use);
}

function hasEnded(image: AdvisedImage): boolean {
  const { endOfLife } = systemOf(image) ?? {};
  // The last day counts.
  return endOfLife !== undefined && new Date(image.now).toISOString().slice(0, endOfLife.length) > endOfLife;
}

/** What the lists say against the system in an image. */
export const osAdvice: readonly Advice<AdvisedImage>[] = [
  {
    name: "osNotForUefi",
    requirement: "R-234",
    isDue: (image) => isMachine(image) && image.firmware === "uefi" && image.architecture === "x86" && isListedWithout(image, "uefi"),
    en: ({ osVersion }) => `${osVersion} is not in the list of systems that boot with UEFI. A machine may not start from this image.`,
    zh: ({ osVersion }) => `${osVersion} 不在支持 UEFI 启动的操作系统列表中，云服务器可能无法从该镜像启动。`,
  },
  {
    name: "osNotForArm",
    requirement: "R-233",
    isDue: (image) => isMachine(image) && image.architecture === "arm" && isListedWithout(image, "arm"),
    en: ({ osVersion }) => `${osVersion} is not in the list of systems for ARM machines. A machine may not start from this image.`,
    zh: ({ osVersion }) => `${osVersion} 不在 ARM 架构的操作系统列表中，云服务器可能无法从该镜像启动。`,
  },
  {
    name: "osNotForX86",
    requirement: "R-232",
    isDue: (image) => isMachine(image) && image.architecture === "x86" && isListedWithout(image, "x86"),
    en: ({ osVersion }) =>
      `${osVersion} is in the list for ARM machines alone. Register the image with the architecture arm, if it is one.`,
    zh: ({ osVersion }) => `${osVersion} 仅在 ARM 架构的操作系统列表中。如果是 ARM 镜像，请使用 arm 架构注册。`,
  },
  {
    name: "osEndOfLife",
    requirement: "R-080, R-081",
    isDue: (image) => image.kind !== "data" && hasEnded(image),
    en: (image) =>
      `The vendor supported ${image.osVersion} until ${systemOf(image)?.endOfLife}, and this service does no longer. Change to a newer system.`,
    zh: (image) => `厂商对 ${image.osVersion} 的支持已于 ${systemOf(image)?.endOfLife} 结束，本服务不再支持。请升级到较新的操作系统。`,
  },
];

/** What is said of an image that is there, beside what the lists say against its system. */
export const unknownOsAdvice: Advice<AdvisedImage> = {
  name: "osNotListed",
  requirement: "R-068",
  isDue: (image) => isMachine(image) && systemOf(image) === undefined,
  en: ({ osVersion }) =>
    `The image's system, ${osVersion}, is not in the list of supported systems. Whether a machine starts depends on the drivers in it.`,
  zh: ({ osVersion }) => `镜像的操作系统 ${osVersion} 不在支持的操作系统列表中，云服务器能否启动取决于其中的驱动程序。`,
};
