import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import type { Remedy, Rule } from "../images/check-rules.ts";
import type { ResolvedOs } from "../images/resolve-os.ts";
import { diskName } from "../images/value-rules.table.ts";
import type { ImageKind } from "../ports/image-catalog.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import type { Limits } from "../quotas/limits.ts";
import { locationText } from "./file-location.ts";
import type { FileLocation } from "./file-location.ts";
import type { FileImport } from "./import-request.ts";
import type { ImportWay } from "./import-work.ts";
import { bucketRules, standardOnly } from "./transfer-rules.table.ts";
import type { TransferFile } from "./transfer-rules.table.ts";

/** An import as it was asked for. */
export interface AskedImport {
  readonly request: FileImport;
  readonly os: Pick<ResolvedOs, "osType">;
  readonly limits: Limits;
}

const isSystem = ({ request: { kind } }: AskedImport): boolean => kind === "system" || kind === "bareMetal";

/** What may be asked for, beside the rules for the values of every image. */
export const askedImportRules: readonly Rule<AskedImport>[] = [
  {
    name: "minDiskGiven",
    requirement: "ims-api §1.5 min_disk",
    code: "IMG.0055",
    holds: ({ request }) => request.minDiskGiB !== undefined,
    data: ({ request }) => ({ ...diskName(request.kind), problemEn: "it is missing", problemZh: "未填写" }),
    remedy: {
      en: "Give it in GiB, at least the size of the disk in the file.",
      zh: "请以 GB 为单位填写，不小于文件中磁盘的大小。",
    },
  },
  {
    name: "isoIsNotEncrypted",
    requirement: "R-094, R-171",
    code: "IMG.0167",
    holds: ({ request }) => request.kind !== "iso" || request.encryption === undefined,
    data: ({ request }) => ({ id: request.name }),
  },
  {
    name: "isoNamesItsOs",
    requirement: "R-096",
    code: "IMG.0166",
    holds: ({ request }) => request.kind !== "iso" || request.osVersion !== undefined,
  },
  {
    name: "isoComesWhole",
    requirement: "ims-api §1.6",
    code: "IMG.0157",
    holds: ({ request }) => request.kind !== "iso" || !request.isQuick,
    data: () => ({ type: "IsoImage" }),
    remedy: { en: "Register an ISO image without fast import.", zh: "请使用普通方式注册 ISO 镜像。" },
  },
  {
    name: "bareMetalIsNotEncrypted",
    requirement: "R-084",
    code: "IMG.0118",
    holds: ({ request }) => request.kind !== "bareMetal" || request.encryption === undefined,
  },
  {
    name: "quickNamesItsOs",
    requirement: "ims-api §1.6",
    code: "IMG.0159",
    holds: (asked) => !asked.request.isQuick || !isSystem(asked) || asked.request.osVersion !== undefined,
  },
  {
    name: "quickIsNotEncrypted",
    requirement: "ims-api §1.6",
    code: "IMG.0105",
    holds: ({ request }) => !request.isQuick || request.encryption === undefined,
    data: () => ({ operation: "Encryption by fast import" }),
    remedy: {
      en: "Use the normal import, or import without a key and copy the image with one.",
      zh: "请使用普通导入，或先不加密导入再以加密方式复制镜像。",
    },
  },
  {
    name: "quickDiskRange",
    requirement: "ims-api §1.6",
    code: "IMG.0055",
    holds: ({ request, limits }) => !request.isQuick || (request.minDiskGiB ?? 0) <= limits.imports.maxQuickFileGiB,
    data: ({ request, limits }) => ({
      ...diskName(request.kind),
      problemEn: `${request.minDiskGiB} GiB is more than the ${limits.imports.maxQuickFileGiB} of a fast import`,
      problemZh: `${request.minDiskGiB} GB 超过快速导入的上限 ${limits.imports.maxQuickFileGiB} GB`,
    }),
    remedy: { en: "Ask for a smaller disk.", zh: "请减小磁盘大小。" },
  },
  {
    name: "dataDiskSystems",
    requirement: "R-103",
    code: "IMG.0122",
    holds: ({ request }) => request.kind !== "data" || request.osType !== "Other",
    data: () => ({ type: "Other" }),
  },
  {
    name: "licenseIsOfWindows",
    requirement: "ims-api §1.6 license_type",
    code: "IMG.0105",
    holds: ({ request, os }) => request.license === undefined || os.osType === "Windows",
    data: () => ({ operation: "license_type for a system that is not Windows" }),
    remedy: { en: "Leave it out.", zh: "请去掉该参数。" },
  },
];

/** The images of one import together. */
export interface ImportTask {
  /** Addresses of their files, as they were given. */
  readonly files: readonly string[];
  readonly dataDisks: number;
  readonly limits: Limits;
}

/** The first file that was named before; the address of none is left to the rules for addresses. */
const namedTwice = ({ files }: ImportTask): string | undefined => files.find((file, index) => file !== "" && files.indexOf(file) < index);

/** What the images of one import must be like together. */
export const importTaskRules: readonly Rule<ImportTask>[] = [
  {
    name: "dataDiskCount",
    requirement: "ims-api §1.6 data_images",
    code: "IMG.0194",
    holds: ({ dataDisks, limits }) => dataDisks <= limits.imports.maxDataDisks,
    data: ({ dataDisks, limits }) => ({ count: dataDisks, limit: limits.imports.maxDataDisks }),
  },
  {
    name: "filesDiffer",
    requirement: "ims-api §6 IMG.0123",
    code: "IMG.0123",
    holds: (task) => namedTwice(task) === undefined,
    data: (task) => ({ file: namedTwice(task) ?? "" }),
  },
];

/** A file that an image shall be made from, as far as it is known before anything of it is there. */
export interface ExpectedFile extends Pick<TransferFile, "location" | "limits"> {
  readonly way: ImportWay;
  /** Decided by content; undefined while nobody has looked, or when the content says nothing clear. */
  readonly format?: DetectedFormat | undefined;
  readonly object: Pick<NonNullable<TransferFile["object"]>, "lengthBytes"> | undefined;
}

/** A file that an image shall be made from, as far as it is there. */
export interface ImportFile extends TransferFile, Omit<ExpectedFile, "object"> {
  /** Whether the map of a raw disk lies beside it, and is not empty. */
  readonly hasMap: boolean;
}

const isoName = /(?:^|\/)[A-Za-z0-9_-]+(?:\.iso)?$/i;
const maxGiB = ({ way, limits }: ExpectedFile): number => (way === "quick" ? limits.imports.maxQuickFileGiB : limits.imports.maxFileGiB);

const fewerBytes: Remedy = {
  en: "Convert it to a compressed qcow2, which is smaller, or to zvhd2 for a fast import, or ask the operator to raise the limit.",
  zh: "请转换为压缩的 qcow2 以减小文件，或转换为 zvhd2 后使用快速导入，或请管理员提高上限。",
};
const convertFirst: Remedy = {
  en: "Convert it to zvhd2 first (`tintype disk convert`), or use the normal import, which takes every format.",
  zh: "请先转换为 zvhd2（tintype disk convert），或使用支持各种格式的普通导入。",
};

/** It stands in both tables below: a look at the file tells it at once, and the content once more when it is read. */
const quickFormat: Rule<{
  readonly location: FileLocation;
  readonly way: ImportWay;
  readonly format?: DetectedFormat | undefined;
}> = {
  name: "quickFormat",
  requirement: "R-087, R-088, R-091",
  code: "IMG.0158",
  holds: ({ way, format }) => way !== "quick" || format === undefined || format === "raw" || format === "zvhd2",
  data: ({ location, format }) => ({
    file: locationText(location),
    problemEn: `its format is ${format}, and only raw and zvhd2 are taken as they are`,
    problemZh: `其格式为 ${format}，快速导入只支持 raw 和 zvhd2`,
  }),
  remedy: convertFirst,
};

const isoFileName: Rule<ExpectedFile> = {
  name: "isoFileName",
  requirement: "ims-api §9.1 ISO",
  code: "IMG.0075",
  holds: ({ way, location }) => way !== "iso" || isoName.test(location.key),
  data: () => ({
    problemEn: "the name of an ISO file has letters, digits, - and _ only",
    problemZh: "ISO 文件名只能包含字母、数字、- 和 _",
  }),
};

/** How large a file is, and its format. */
const lengthAndFormat: readonly Rule<ExpectedFile>[] = [
  {
    name: "objectIsNotEmpty",
    requirement: "ims-api §6 IMG.0057",
    code: "IMG.0057",
    holds: ({ object }) => object?.lengthBytes !== 0,
    data: ({ location }) => ({ file: locationText(location), problemEn: "it is empty", problemZh: "文件为空" }),
    remedy: { en: "Upload it again, and completely.", zh: "请重新完整上传。" },
  },
  {
    name: "fileSize",
    requirement: "R-090, ims-api §9.1",
    code: "IMG.0059",
    holds: (file) => (file.object?.lengthBytes ?? 0) <= maxGiB(file) * bytesPerGiB,
    data: (file) => ({
      file: locationText(file.location),
      size: file.object?.lengthBytes ?? 0,
      limit: maxGiB(file),
      wayEn: file.way === "quick" ? "a fast import" : "a normal import",
      wayZh: file.way === "quick" ? "快速导入" : "普通导入",
    }),
    remedy: fewerBytes,
  },
  quickFormat,
];

/** What can be said of a file while nothing of it is there yet. */
export const expectedFileRules: readonly Rule<ExpectedFile>[] = [isoFileName, ...lengthAndFormat];

/** What a file must be like before an image is made from it. What is inside is judged when it is read. */
export const importRules: readonly Rule<ImportFile>[] = [
  ...bucketRules,
  isoFileName,
  {
    name: "objectIsThere",
    requirement: "ims-api §6 IMG.0121",
    code: "IMG.0121",
    holds: ({ object }) => object !== undefined,
    data: ({ location }) => ({ file: locationText(location) }),
  },
  {
    name: "objectIsStandard",
    requirement: "R-062, R-105",
    code: "IMG.0057",
    holds: ({ object }) => object?.storageClass === "STANDARD",
    data: ({ location, object }) => ({
      file: locationText(location),
      problemEn: `its storage class is ${object?.storageClass}`,
      problemZh: `其存储类别为 ${object?.storageClass}`,
    }),
    remedy: standardOnly,
  },
  ...lengthAndFormat,
  {
    name: "rawHasMap",
    requirement: "R-087, ims-api §1.6",
    code: "IMG.0158",
    holds: ({ way, format, hasMap }) => way !== "quick" || format !== "raw" || hasMap,
    data: ({ location }) => ({
      file: locationText(location),
      problemEn: "the map of a raw disk, of the same name with .mf, is not in the bucket or is empty",
      problemZh: "桶中没有同名的 .mf 位表文件，或该文件为空",
    }),
    remedy: {
      en: "Upload the map beside the disk, or convert the disk to zvhd2, which needs none.",
      zh: "请在同一个桶中上传位表文件，或将磁盘转换为不需要位表的 zvhd2。",
    },
  },
];

/** What was found in a file. */
export interface FoundDisk {
  readonly location: FileLocation;
  readonly way: ImportWay;
  readonly kind: ImageKind;
  /** Undefined while nobody has looked. */
  readonly format: DetectedFormat | undefined;
  readonly virtualSizeBytes: number;
  /** What of it is not zero, where that was counted. */
  readonly dataBytes?: number | undefined;
  readonly minDiskGiB: number;
  readonly limits: Limits;
}

const smallerDisk: Remedy = {
  en: "Spread the data over several disks, and import each of them.",
  zh: "请将数据拆分到多块磁盘后分别导入。",
};

const neededGiB = ({ virtualSizeBytes }: FoundDisk): number => Math.ceil(virtualSizeBytes / bytesPerGiB);

/** What the disk in a file must be like. */
export const foundDiskRules: readonly Rule<FoundDisk>[] = [
  {
    name: "isIso",
    requirement: "R-015",
    code: "IMG.0057",
    holds: ({ way, format }) => way !== "iso" || format === undefined || format === "iso",
    data: ({ location, format }) => ({
      file: locationText(location),
      problemEn: `it is no installer disc, its format is ${format}`,
      problemZh: `文件不是 ISO 光盘，其格式为 ${format}`,
    }),
    remedy: { en: "Import it without the type IsoImage.", zh: "请不要使用 IsoImage 类型导入。" },
  },
  {
    name: "isNoIso",
    requirement: "R-015, R-093",
    code: "IMG.0057",
    holds: ({ way, format }) => way !== "normal" || format !== "iso",
    data: ({ location }) => ({
      file: locationText(location),
      problemEn: "it is an installer disc, not a disk",
      problemZh: "文件是 ISO 光盘，不是磁盘",
    }),
    remedy: { en: "Register it with the type IsoImage.", zh: "请使用 IsoImage 类型注册。" },
  },
  {
    name: "dataDiskCapacity",
    requirement: "R-102",
    code: "IMG.0055",
    holds: ({ kind, virtualSizeBytes, limits }) => kind !== "data" || virtualSizeBytes < limits.imports.maxDataCapacityGiB * bytesPerGiB,
    data: ({ kind, virtualSizeBytes, limits }) => ({
      ...diskName(kind),
      problemEn: `the disk in the file has ${virtualSizeBytes} bytes, and must have less than ${limits.imports.maxDataCapacityGiB} GiB`,
      problemZh: `文件中的磁盘为 ${virtualSizeBytes} 字节，必须小于 ${limits.imports.maxDataCapacityGiB} GB`,
    }),
    remedy: smallerDisk,
  },
  {
    name: "dataDiskContent",
    requirement: "R-102",
    code: "IMG.0055",
    holds: ({ kind, dataBytes = 0, limits }) => kind !== "data" || dataBytes < limits.imports.maxDataStoredGiB * bytesPerGiB,
    data: ({ kind, dataBytes = 0, limits }) => ({
      ...diskName(kind),
      problemEn: `the disk in the file holds ${dataBytes} bytes of data, and must hold less than ${limits.imports.maxDataStoredGiB} GiB`,
      problemZh: `文件中的磁盘存有 ${dataBytes} 字节数据，必须小于 ${limits.imports.maxDataStoredGiB} GB`,
    }),
    remedy: smallerDisk,
  },
  {
    name: "fits",
    requirement: "R-070, R-071, R-104",
    code: "IMG.0055",
    holds: (disk) => disk.virtualSizeBytes <= disk.minDiskGiB * bytesPerGiB,
    // The two usual causes, and the size that would do.
    data: (disk) => ({
      ...diskName(disk.kind),
      problemEn: `the disk in the file has ${disk.virtualSizeBytes} bytes, more than ${disk.minDiskGiB} GiB`,
      problemZh: `文件中的磁盘为 ${disk.virtualSizeBytes} 字节，超过 ${disk.minDiskGiB} GB`,
      remedyEn:
        "Either the size was chosen too small, or a tool rounded the disk up when it wrote the file (qemu-img does so with VHD). " +
        `Ask for a ${disk.kind === "data" ? "data" : "system"} disk of ${neededGiB(disk)} GiB.`,
      remedyZh: `可能是设置的大小过小，或工具写文件时将磁盘大小向上取整（如 qemu-img 生成的 VHD）。请将大小设为 ${neededGiB(disk)} GB。`,
    }),
  },
];

/** What the content of a file must be like. */
export const contentRules: readonly Rule<FoundDisk>[] = [quickFormat, ...foundDiskRules];
