import type { Architecture, Firmware, ImageKind } from "../ports/image-catalog.ts";
import type { Limits } from "../quotas/limits.ts";
import type { Remedy, Rule } from "./check-rules.ts";
import type { ImageTag } from "./image-tags.ts";
import { tagRules } from "./tag-rules.table.ts";

/** The values of an image that someone wants to set. What is absent is not being set. */
export interface ImageValues {
  /** What the image is for; a system disk when it is not told. */
  readonly kind?: ImageKind | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly minDiskGiB?: number | undefined;
  readonly minRamMiB?: number | undefined;
  readonly maxRamMiB?: number | undefined;
  readonly osVersion?: string | undefined;
  readonly osBit?: "32" | "64" | undefined;
  readonly architecture?: Architecture | undefined;
  readonly firmware?: Firmware | undefined;
  readonly tags?: readonly ImageTag[] | undefined;
  readonly enterpriseProjectId?: string | undefined;
  readonly properties?: Readonly<Record<string, string>> | undefined;
  readonly limits: Limits;
}

export const longestName = 128;
const longestDescription = 1024;
export const longestOsVersion = 255;
const longestPropertyName = 255;
const longestPropertyValue = 1024;
const mostMemoryMiB = 2 ** 31 - 1;

const charactersOf = (text: string | undefined): number => Array.from(text ?? "").length;
const isWithin = (value: number | undefined, least: number, most: number): boolean =>
  value === undefined || (value >= least && value <= most);

/** The names of values, for people. */
const systemDisk = { fieldEn: "The size of the system disk", fieldZh: "系统盘大小" };
const dataDisk = { fieldEn: "The size of the data disk", fieldZh: "数据盘大小" };
const minimumMemory = { fieldEn: "The minimum memory", fieldZh: "最小内存" };
const maximumMemory = { fieldEn: "The maximum memory", fieldZh: "最大内存" };

/** What the disk of such an image is called in refusals. */
export function diskName(kind: ImageKind | undefined): { readonly fieldEn: string; readonly fieldZh: string } {
  return kind === "data" ? dataDisk : systemDisk;
}

/** The smallest and the largest disk in GiB. */
function diskRange({ kind, limits }: ImageValues): readonly [number, number] {
  const { minSystemGiB, maxSystemGiB, minDataGiB, maxDataGiB } = limits.disks;
  return kind === "data" ? [minDataGiB, maxDataGiB] : [minSystemGiB, maxSystemGiB];
}

const memoryRange: Remedy = {
  en: `Give a whole number of MiB from 0 to ${mostMemoryMiB}; 0 sets no bound.`,
  zh: `请填写 0 到 ${mostMemoryMiB} 之间的整数（单位 MB），0 表示不限制。`,
};

const armNeedsUefi: Remedy = {
  en: "ARM machines boot with UEFI only: use UEFI, or leave the boot mode out.",
  zh: "ARM 架构仅支持 UEFI 启动：请使用 UEFI，或不填写启动方式。",
};

/** What the values of an image must be like, whoever sets them. */
export const valueRules: readonly Rule<ImageValues>[] = [
  {
    name: "nameGiven",
    requirement: "R-072",
    code: "IMG.0013",
    holds: ({ name }) => name !== "",
  },
  {
    name: "nameLength",
    requirement: "ims-api §9.1 Image name",
    code: "IMG.0002",
    holds: ({ name }) => charactersOf(name) <= longestName,
    data: ({ name }) => ({ length: charactersOf(name), limit: longestName }),
  },
  {
    name: "nameCharacters",
    requirement: "ims-api §9.1 Image name",
    code: "IMG.0003",
    holds: ({ name }) =>
      !name || /^[A-Za-z0-9\p{Script=Han}._-](?:[A-Za-z0-9\p{Script=Han}._ -]*[A-Za-z0-9\p{Script=Han}._-])?$/u.test(name),
  },
  {
    name: "descriptionLength",
    requirement: "R-072",
    code: "IMG.0004",
    holds: ({ description }) => charactersOf(description) <= longestDescription,
    data: ({ description }) => ({ length: charactersOf(description), limit: longestDescription }),
  },
  {
    name: "descriptionCharacters",
    requirement: "ims-api §9.1 Description",
    code: "IMG.0054",
    holds: ({ description }) => !/[\r\n<>]/.test(description ?? ""),
  },
  {
    name: "minDiskRange",
    requirement: "R-070, R-104, R-107",
    code: "IMG.0055",
    holds: (values) => isWithin(values.minDiskGiB, ...diskRange(values)),
    data: (values) => {
      const [least, most] = diskRange(values);
      return {
        ...diskName(values.kind),
        problemEn: `${values.minDiskGiB} is not between ${least} and ${most} GiB`,
        problemZh: `${values.minDiskGiB} 不在 ${least} 到 ${most} GB 之间`,
      };
    },
    remedy: {
      en: "Give it in GiB, at least the size of the disk in the file; 40 or more is advised.",
      zh: "请以 GB 为单位填写，不小于文件中磁盘的大小，建议不小于 40。",
    },
  },
  {
    name: "minRamRange",
    requirement: "ims-api §1.5 memory",
    code: "IMG.0055",
    holds: ({ minRamMiB }) => isWithin(minRamMiB, 0, mostMemoryMiB),
    data: ({ minRamMiB }) => ({ ...minimumMemory, problemEn: `${minRamMiB} is out of range`, problemZh: `${minRamMiB} 超出范围` }),
    remedy: memoryRange,
  },
  {
    name: "maxRamRange",
    requirement: "ims-api §1.5 memory",
    code: "IMG.0055",
    holds: ({ maxRamMiB }) => isWithin(maxRamMiB, 0, mostMemoryMiB),
    data: ({ maxRamMiB }) => ({ ...maximumMemory, problemEn: `${maxRamMiB} is out of range`, problemZh: `${maxRamMiB} 超出范围` }),
    remedy: memoryRange,
  },
  {
    name: "memoryOrder",
    requirement: "ims-api §1.5 memory",
    code: "IMG.0055",
    holds: ({ minRamMiB = 0, maxRamMiB = 0 }) => maxRamMiB === 0 || minRamMiB <= maxRamMiB,
    data: ({ minRamMiB = 0, maxRamMiB = 0 }) => ({
      ...maximumMemory,
      problemEn: `${maxRamMiB} MiB is less than the minimum, ${minRamMiB}`,
      problemZh: `${maxRamMiB} MB 小于最小内存 ${minRamMiB} MB`,
    }),
    remedy: {
      en: "Raise the maximum, lower the minimum, or set no maximum (0).",
      zh: "请调大最大内存、调小最小内存，或将最大内存设为 0（不限制）。",
    },
  },
  {
    name: "osVersionLength",
    requirement: "ims-api §8",
    code: "IMG.0056",
    holds: ({ osVersion }) => charactersOf(osVersion) <= longestOsVersion,
    data: () => ({ limit: longestOsVersion }),
  },
  {
    name: "armBootsWithUefi",
    requirement: "R-076",
    code: "IMG.0141",
    holds: ({ architecture, firmware }) => architecture !== "arm" || firmware !== "bios",
    data: () => ({ firmware: "bios" }),
    remedy: armNeedsUefi,
  },
  {
    name: "armHas64Bits",
    requirement: "ims-api §8 architecture",
    code: "IMG.0212",
    holds: ({ architecture, osBit }) => architecture !== "arm" || osBit !== "32",
    data: () => ({ architecture: "arm" }),
    remedy: {
      en: "ARM images have 64 bits: choose a 64-bit OS version, or x86.",
      zh: "ARM 镜像为 64 位：请选择 64 位操作系统版本，或使用 x86。",
    },
  },
  ...tagRules,
  {
    name: "enterpriseProjectForm",
    requirement: "ims-api §0 Ids",
    code: "IMG.0155",
    holds: ({ enterpriseProjectId }) => enterpriseProjectId === undefined || /^[0-9A-Za-z-]{1,36}$/.test(enterpriseProjectId),
    data: ({ enterpriseProjectId = "" }) => ({ id: enterpriseProjectId, problemEn: "it is no id", problemZh: "ID 格式不正确" }),
  },
  {
    name: "propertyCount",
    requirement: "R-219",
    code: "IMG.0105",
    holds: ({ properties = {}, limits }) => Object.keys(properties).length <= limits.properties.perImage,
    data: ({ properties = {} }) => ({ operation: `An image with ${Object.keys(properties).length} free attributes` }),
    remedy: { en: "Remove some attributes first.", zh: "请先删除一些属性。" },
  },
  {
    name: "propertyLength",
    requirement: "ims-api §1.9 any key:value",
    code: "IMG.0105",
    holds: ({ properties = {} }) =>
      Object.entries(properties).every(([name, value]) => name.length <= longestPropertyName && value.length <= longestPropertyValue),
    data: () => ({ operation: "An attribute this long" }),
    remedy: {
      en: `Keep its name to ${longestPropertyName} characters and its value to ${longestPropertyValue}.`,
      zh: `属性名最多 ${longestPropertyName} 个字符，值最多 ${longestPropertyValue} 个字符。`,
    },
  },
];
