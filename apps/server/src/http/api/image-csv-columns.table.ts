import type { Language } from "@tintype/contract/service-error.ts";
import type { ImageScope } from "../../images/each-image.ts";
import type { ImageKind, ImageRecord, ImageStatus } from "../../ports/image-catalog.ts";

/** The same in both languages. */
type Words = Readonly<Record<Language, string>>;

/** A column of the list of images as a file. */
export interface ImageCsvColumn {
  readonly title: Words;
  readonly textOf: (image: ImageRecord, language: Language) => string;
}

const statuses: Readonly<Record<ImageStatus, Words>> = {
  queued: { en: "Waiting", zh: "等待上传" },
  saving: { en: "Creating", zh: "创建中" },
  uploading: { en: "Creating", zh: "创建中" },
  importing: { en: "Creating", zh: "创建中" },
  active: { en: "Normal", zh: "正常" },
  "active elsewhere": { en: "Waiting", zh: "等待上传" },
  deactivated: { en: "Deactivated", zh: "已停用" },
  killed: { en: "Failed", zh: "失败" },
};
const published: Words = { en: "Published", zh: "已发布" };

const kinds: Readonly<Record<ImageKind, Words>> = {
  system: { en: "ECS system disk image", zh: "云服务器系统盘镜像" },
  bareMetal: { en: "BMS system disk image", zh: "裸金属服务器系统盘镜像" },
  data: { en: "Data disk image", zh: "数据盘镜像" },
  iso: { en: "ISO image", zh: "ISO镜像" },
  whole: { en: "Full-server image", zh: "整机镜像" },
};

const yes: Words = { en: "Yes", zh: "是" };
const no: Words = { en: "No", zh: "否" };
const unlimited: Words = { en: "Unlimited", zh: "不限制" };

const bytesPerMiB = 1024 ** 2;

const name: ImageCsvColumn = { title: { en: "Name", zh: "名称" }, textOf: (image) => image.name };
const id: ImageCsvColumn = { title: { en: "ID", zh: "ID" }, textOf: (image) => image.id };
const status: ImageCsvColumn = {
  title: { en: "Status", zh: "状态" },
  textOf: (image, language) => (image.isPublished ? published : statuses[image.status])[language],
};
const os: ImageCsvColumn = { title: { en: "OS", zh: "操作系统" }, textOf: (image) => image.osVersion };
const kind: ImageCsvColumn = { title: { en: "Image type", zh: "镜像类型" }, textOf: (image, language) => kinds[image.kind][language] };
const created: ImageCsvColumn = {
  title: { en: "Created (UTC)", zh: "创建时间（UTC）" },
  textOf: ({ createdAt }) => new Date(createdAt).toISOString().slice(0, 19).replace("T", " "),
};
const capacity = (title: Words): ImageCsvColumn => ({ title, textOf: (image) => String(image.minDiskGiB) });
/** Disks here belong to one server each. */
const sharedDisk: ImageCsvColumn = { title: { en: "Shared disk", zh: "共享盘" }, textOf: (_image, language) => no[language] };
const size: ImageCsvColumn = {
  title: { en: "Image size (MB)", zh: "镜像大小（MB）" },
  textOf: ({ disks }) => String(Math.ceil(disks.reduce((sum, { dataBytes }) => sum + dataBytes, 0) / bytesPerMiB)),
};
const minimumMemory: ImageCsvColumn = {
  title: { en: "Minimum memory (MB)", zh: "最小内存（MB）" },
  textOf: ({ minRamMiB }, language) => (minRamMiB === 0 ? unlimited[language] : String(minRamMiB)),
};
const encrypted: ImageCsvColumn = {
  title: { en: "Encrypted", zh: "加密" },
  textOf: ({ encryption }, language) => (encryption === undefined ? no : yes)[language],
};

/**
 * The columns of each list.
 *
 * Source  the list export of the IMS console
 */
export const imageCsvColumns: Readonly<Record<ImageScope, readonly ImageCsvColumn[]>> = {
  private: [
    name,
    id,
    status,
    os,
    kind,
    created,
    capacity({ en: "Disk capacity (GB)", zh: "磁盘容量（GB）" }),
    sharedDisk,
    size,
    minimumMemory,
    encrypted,
  ],
  public: [name, status, os, kind, created, capacity({ en: "System disk (GB)", zh: "系统盘（GB）" }), minimumMemory],
};
