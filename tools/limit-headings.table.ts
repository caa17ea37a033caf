import type { ImageOperationName } from "@tintype/server/images/operation-rules.ts";

/** One heading of the page of limits: the settings and the operations that belong there. */
export interface LimitHeading {
  readonly en: string;
  readonly zh: string;
  /** Keys of settings. Every setting under `limits` stands under exactly one heading. */
  readonly settings: readonly string[];
  /** Operations whose rules apply. */
  readonly operations: readonly ImageOperationName[];
  /** What is to be known besides. */
  readonly notes?: readonly string[];
}

/** the nine headings of the documented constraints, and what else has a limit. */
export const limitHeadings: readonly LimitHeading[] = [
  {
    en: "Create",
    zh: "创建",
    settings: [
      "limits.images.perProject",
      "limits.jobs.concurrentPerProject",
      "limits.disks.minSystemGiB",
      "limits.disks.maxSystemGiB",
      "limits.disks.minDataGiB",
      "limits.disks.maxDataGiB",
      "limits.properties.perImage",
      "limits.locations.perImage",
    ],
    operations: ["update"],
    notes: ["A name has 1 to 128 characters, a description at most 1,024."],
  },
  {
    en: "Import",
    zh: "导入",
    settings: [
      "limits.imports.maxFileGiB",
      "limits.imports.maxQuickFileGiB",
      "limits.imports.maxDataCapacityGiB",
      "limits.imports.maxDataStoredGiB",
      "limits.imports.maxDataDisks",
      "limits.imports.maxUploadMiB",
      "limits.uploads.maxGiB",
    ],
    operations: [],
  },
  {
    en: "Share",
    zh: "共享",
    settings: ["limits.members.perImage", "limits.members.perWholeImage", "limits.members.perCall"],
    operations: ["share"],
    notes: ["There is no limit to the number of images that a project receives."],
  },
  {
    en: "Copy",
    zh: "复制",
    settings: [
      "limits.copies.maxDiskGiB",
      "limits.copies.concurrentPerProject",
      "limits.copies.maxCrossRegionGiB",
      "limits.copies.largeRegions",
      "limits.copies.maxLargeRegionGiB",
    ],
    operations: ["copy", "copyCrossRegion"],
  },
  {
    en: "Export",
    zh: "导出",
    settings: ["limits.exports.maxDiskGiB", "limits.exports.maxQuickDiskGiB", "limits.exports.refusedPlatforms"],
    operations: ["export", "quickExport"],
  },
  {
    en: "Encrypt",
    zh: "加密",
    settings: ["limits.keys.perProject"],
    operations: [],
    notes: [
      "The key of an image never changes: copy the image to another key instead.",
      "Encrypted images cannot be shared, published, exported fast or copied to another region. ISO images cannot be encrypted.",
    ],
  },
  { en: "Delete", zh: "删除", settings: ["limits.recycleBin.days"], operations: ["delete"] },
  {
    en: "Create servers",
    zh: "创建云服务器",
    settings: [],
    operations: [],
    notes: ["This version makes no servers. An image can be used by other means: exported, or lent by `tintype image serve`."],
  },
  {
    en: "Tags",
    zh: "标签",
    settings: ["limits.tags.perImage", "limits.predefinedTags.perDomain", "limits.imageApi.tagsPerImage"],
    operations: ["tag"],
    notes: ["A key has at most 36 characters, a value at most 43."],
  },
  {
    en: "What a project may have in content (OpenStack Image API)",
    zh: "项目的内容配额（OpenStack Image API）",
    settings: ["limits.imageApi.storedGiB", "limits.imageApi.stagedGiB", "limits.imageApi.incoming"],
    operations: [],
    notes: [
      "0 is no limit. Files that are on their way already do not count by their length: several at once may pass, and then no other does.",
    ],
  },
  {
    en: "Besides",
    zh: "其他",
    settings: [
      "limits.enterpriseProjects.perDomain",
      "limits.traces.shownDays",
      "limits.traces.unknownPerMinute",
      "limits.jobs.running",
      "limits.jobs.fetching",
      "limits.jobs.fetchingPerProject",
      "limits.http.maxBodyMiB",
    ],
    operations: [],
  },
];
