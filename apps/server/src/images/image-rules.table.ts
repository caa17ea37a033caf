import type { ErrorData } from "@tintype/contract/service-error.ts";
import type { ImageRecord, ImageStatus, MemberStatus } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import { bytesPerGiB, namesIn } from "../quotas/limits.ts";
import type { Limits } from "../quotas/limits.ts";
import { awaitsContent } from "./awaits-content.ts";
import type { Remedy, Rule } from "./check-rules.ts";

/** Where a copy to another region would go. */
export interface RegionTarget {
  /** The region that the image is in. */
  readonly ownRegion: string;
  /** What a caller asks for; absent where it is only asked whether it could be. */
  readonly asked?: { readonly region: string; readonly projectName: string; readonly agencyName: string };
}

/** An image, and what is about to be done to it by whom. */
export interface ImageOperation {
  readonly image: ImageRecord;
  readonly projectId: ProjectId;
  /** True for an administrator, who may do everything with every project's images. */
  readonly isAdministrator: boolean;
  /** What the caller's project answered, where the image is shared with it. */
  readonly membership?: MemberStatus | undefined;
  /** The task that exports, or copies, this image; to be found out before a deletion, an export or a copy. */
  readonly exportJobId?: string | undefined;
  readonly copyJobId?: string | undefined;
  /** For a copy: how many of the project's copies are not over. */
  readonly unfinishedCopies?: number;
  /** For a copy: the key that it shall be encrypted with. */
  readonly keyId?: string | undefined;
  /** For a copy to another region. */
  readonly target?: RegionTarget;
  readonly limits: Limits;
  /** For an update: the attributes that would change, as the caller calls them, apart from name and description. */
  readonly changes?: readonly string[];
}

type ImageRule = Rule<ImageOperation>;

const isOwner = ({ image, projectId, isAdministrator }: ImageOperation): boolean => isAdministrator || image.projectId === projectId;
const diskBytes = ({ image }: ImageOperation): number => image.disks.reduce((sum, disk) => sum + disk.virtualSizeBytes, 0);
const fits = (operation: ImageOperation, limitGiB: number): boolean => diskBytes(operation) <= limitGiB * bytesPerGiB;
const id = ({ image }: ImageOperation) => ({ id: image.id });

const isActive: ImageRule = {
  name: "active",
  requirement: "R-020, R-159, R-180",
  code: "IMG.0046",
  holds: ({ image }) => image.status === "active",
  data: ({ image }) => ({ id: image.id, status: image.status }),
};

const isOwned: ImageRule = { name: "owner", requirement: "R-005, R-008", code: "IMG.0047", holds: isOwner, data: id };

const isNotBeingExported: ImageRule = {
  name: "notBeingExported",
  requirement: "ims-api §1.10",
  code: "IMG.0148",
  holds: ({ exportJobId }) => exportJobId === undefined,
  data: ({ image, exportJobId = "" }) => ({ id: image.id, task: exportJobId }),
};

const isPrivate: ImageRule = {
  name: "private",
  requirement: "R-149, R-156, R-174",
  code: "IMG.0077",
  holds: ({ image }) => image.visibility !== "public",
  data: id,
};

const isNoIso: ImageRule = {
  name: "notIso",
  requirement: "R-015, R-158, R-171, R-181",
  code: "IMG.0167",
  holds: ({ image }) => image.kind !== "iso",
  data: id,
};

const isNotInstalledFromIso: ImageRule = {
  name: "notInstalledFromIso",
  requirement: "R-095, R-181",
  code: "IMG.0167",
  holds: ({ image }) => image.lineage.fromIso !== true,
  data: id,
};

const isNotBeingCopied: ImageRule = {
  name: "notBeingCopied",
  requirement: "R-179",
  code: "IMG.0149",
  holds: ({ copyJobId }) => copyJobId === undefined,
  data: ({ image, copyJobId = "" }) => ({
    problemEn: `image ${image.id} is being copied by task ${copyJobId}`,
    problemZh: `任务 ${copyJobId} 正在复制镜像 ${image.id}`,
  }),
  remedy: { en: "Wait until that task is finished, or cancel it.", zh: "请等待该任务完成，或取消该任务。" },
};

const hasRoomForCopies: ImageRule = {
  name: "copiesUnderWay",
  requirement: "R-178",
  code: "IMG.0149",
  holds: ({ unfinishedCopies = 0, limits }) => unfinishedCopies < limits.copies.concurrentPerProject,
  data: ({ unfinishedCopies = 0 }) => ({
    problemEn: `${unfinishedCopies} copies of this project are not finished yet, which is its limit`,
    problemZh: `该项目已有 ${unfinishedCopies} 个未完成的复制任务，达到上限`,
  }),
  remedy: { en: "Wait until one of them is finished.", zh: "请等待其中一个完成。" },
};

const isNotEncrypted: ImageRule = {
  name: "notEncrypted",
  requirement: "R-167, R-274",
  code: "IMG.0098",
  holds: ({ image }) => image.encryption === undefined,
  data: id,
};

const stayHere: Remedy = {
  en: "Use it for servers in this region, or make an image of your own.",
  zh: "请在本区域内用它创建云服务器，或使用自己制作的镜像。",
};

/** What stands in the way of an export, whatever its kind. */
const exportable: readonly ImageRule[] = [
  isOwned,
  isPrivate,
  isActive,
  {
    name: "notEmpty",
    requirement: "image-api-v2 §1.7",
    code: "IMG.0071",
    holds: ({ image }) => image.disks.every(({ virtualSizeBytes }) => virtualSizeBytes > 0),
    data: ({ image }) => ({ id: image.id, problemEn: "it was uploaded as an empty file", problemZh: "它是由空文件上传的" }),
    remedy: { en: "Make an image of a file with a disk in it.", zh: "请使用含有磁盘内容的文件制作镜像。" },
  },
  isNoIso,
  {
    name: "notWholeMachine",
    requirement: "R-116, R-158",
    code: "IMG.0128",
    holds: ({ image }) => image.kind !== "whole",
    data: id,
  },
  {
    name: "notFromIso",
    requirement: "R-095, R-158",
    code: "IMG.0071",
    holds: ({ image }) => image.lineage.fromIso !== true,
    data: ({ image }) => ({ id: image.id, problemEn: "it was installed from an ISO image", problemZh: "它由 ISO 镜像安装而来" }),
    remedy: stayHere,
  },
  {
    name: "publicOriginMayLeave",
    requirement: "R-156",
    code: "IMG.0071",
    holds: ({ image, limits }) => !isRefusedPlatform(limits, image.lineage.fromPublicPlatform),
    data: ({ image }) => ({
      id: image.id,
      problemEn: `it goes back to a public image of ${image.lineage.fromPublicPlatform}`,
      problemZh: `它来源于 ${image.lineage.fromPublicPlatform} 公共镜像`,
    }),
    remedy: stayHere,
  },
  {
    name: "notFromMarket",
    requirement: "R-157, R-275",
    code: "IMG.0078",
    holds: ({ image }) => image.lineage.fromMarket !== true,
    data: id,
  },
  {
    name: "notCharged",
    requirement: "ims-api §6 IMG.0079",
    code: "IMG.0079",
    holds: ({ image }) => image.lineage.isCharged !== true,
    data: id,
  },
];

/** While something makes an image. One that is queued may wait for content alone. */
const statusesOfMaking: ReadonlySet<ImageStatus> = new Set(["queued", "saving", "uploading", "importing"]);

const normalExport = { wayEn: "a normal export", wayZh: "普通导出" };
const fastExport = { wayEn: "a fast export", wayZh: "快速导出" };

const isNotOnSale: Rule<ImageOperation> = {
  name: "notPublished",
  requirement: "ims-api §6 IMG.0049",
  code: "IMG.0049",
  holds: ({ image }) => !image.isPublished,
  data: id,
};

/** What may be done to an image: for every operation its rules, in the order in which they refuse. */
export const imageRules = {
  update: [
    isOwned,
    isActive,
    {
      name: "dataDiskNameAndDescriptionOnly",
      requirement: "ims-api §1.4",
      code: "IMG.0168",
      holds: ({ image, changes = [] }) => image.kind !== "data" || changes.length === 0,
      data: ({ image, changes = [] }) => ({ id: image.id, attribute: changes.join(", ") }),
    },
  ],
  delete: [
    { name: "owner", requirement: "R-005, R-008", code: "IMG.0092", holds: isOwner, data: id },
    {
      name: "notBeingCreated",
      requirement: "ims-api §1.3",
      code: "IMG.0090",
      holds: ({ image }) => awaitsContent(image) || !statusesOfMaking.has(image.status),
      data: id,
    },
    { name: "notProtected", requirement: "ims-api §1.3", code: "IMG.0091", holds: ({ image }) => !image.protected, data: id },
    { name: "notPublic", requirement: "R-005", code: "IMG.0094", holds: ({ image }) => image.visibility !== "public", data: id },
    {
      name: "notPublished",
      requirement: "R-018, R-200, R-275",
      code: "IMG.0093",
      holds: ({ image }) => !image.isPublished,
      data: id,
    },
    isNotBeingExported,
    isNotBeingCopied,
  ],
  export: [
    ...exportable,
    {
      name: "size",
      requirement: "R-090, R-091, R-154",
      code: "IMG.0160",
      holds: (operation) => fits(operation, operation.limits.exports.maxDiskGiB),
      data: (operation) => ({
        id: operation.image.id,
        size: diskBytes(operation),
        limit: operation.limits.exports.maxDiskGiB,
        ...normalExport,
      }),
      remedy: {
        en: "Use the fast export: is_quick_export true, and no file_format; it makes a ZVHD2 file.",
        zh: "请使用快速导出：is_quick_export 设为 true，不填写 file_format，导出为 ZVHD2 文件。",
      },
    },
    isNotBeingExported,
  ],
  quickExport: [
    ...exportable,
    {
      name: "notEncrypted",
      requirement: "R-155",
      code: "IMG.0071",
      holds: ({ image }) => image.encryption === undefined,
      data: ({ image }) => ({
        id: image.id,
        problemEn: "it is encrypted, and a fast export takes the content as it is stored",
        problemZh: "加密镜像不支持快速导出",
      }),
      remedy: {
        en: "Use the normal export, with a file_format.",
        zh: "请使用普通导出，并填写 file_format。",
      },
    },
    {
      name: "size",
      requirement: "R-154",
      code: "IMG.0160",
      holds: (operation) => fits(operation, operation.limits.exports.maxQuickDiskGiB),
      data: (operation) => ({
        id: operation.image.id,
        size: diskBytes(operation),
        limit: operation.limits.exports.maxQuickDiskGiB,
        ...fastExport,
      }),
      remedy: { en: "Ask the operator to raise the limit.", zh: "请联系管理员提高上限。" },
    },
    isNotBeingExported,
  ],
  copy: [
    {
      name: "accepted",
      requirement: "ims-api §5 copy by recipient",
      code: "IMG.0196",
      holds: (operation) => isOwner(operation) || operation.membership === undefined || operation.membership === "accepted",
      data: id,
    },
    {
      name: "ownerOrRecipient",
      requirement: "R-008",
      code: "IMG.0047",
      holds: (operation) => isOwner(operation) || operation.membership !== undefined,
      data: id,
    },
    {
      name: "recipientsCopyIsPlain",
      requirement: "ims-api §5 copy by recipient",
      code: "IMG.0197",
      holds: (operation) => isOwner(operation) || operation.membership === undefined || operation.keyId === undefined,
      data: id,
    },
    isPrivate,
    isActive,
    isNoIso,
    isNotInstalledFromIso,
    { name: "notWholeMachine", requirement: "R-117, R-181", code: "IMG.0130", holds: ({ image }) => image.kind !== "whole", data: id },
    {
      name: "size",
      requirement: "R-177",
      code: "IMG.0146",
      holds: (operation) => fits(operation, operation.limits.copies.maxDiskGiB),
      data: (operation) => ({ id: operation.image.id, size: diskBytes(operation), limit: operation.limits.copies.maxDiskGiB }),
    },
    {
      name: "otherKey",
      requirement: "ims-api §6 IMG.0096",
      code: "IMG.0096",
      holds: ({ image, keyId }) => keyId === undefined || keyId !== image.encryption?.keyId,
      data: ({ image, keyId = "" }) => ({ id: image.id, key: keyId }),
    },
    isNotBeingCopied,
    hasRoomForCopies,
  ],
  copyCrossRegion: [
    isOwned,
    isPrivate,
    isActive,
    isNoIso,
    {
      name: "notEncrypted",
      requirement: "R-167, R-182",
      code: "IMG.0143",
      holds: ({ image }) => image.encryption === undefined,
      data: id,
    },
    {
      name: "size",
      requirement: "R-176",
      code: "IMG.0146",
      holds: (operation) => fits(operation, crossRegionLimit(operation)),
      data: (operation) => ({ id: operation.image.id, size: diskBytes(operation), limit: crossRegionLimit(operation) }),
    },
    {
      name: "otherRegion",
      requirement: "R-174",
      code: "IMG.0142",
      holds: ({ target }) => target?.asked === undefined || target.asked.region !== target.ownRegion,
      data: ({ image, target }) => ({ id: image.id, region: target?.ownRegion ?? "" }),
    },
    {
      name: "projectGiven",
      requirement: "R-185",
      code: "IMG.0145",
      holds: ({ target }) => target?.asked?.projectName !== "",
    },
    {
      name: "agencyGiven",
      requirement: "R-185, R-186",
      code: "IMG.0151",
      holds: ({ target }) => target?.asked?.agencyName !== "",
    },
    isNotBeingCopied,
    hasRoomForCopies,
    {
      name: "regionIsKnown",
      requirement: "R-174",
      code: "IMG.0147",
      holds: ({ target }) => target === undefined,
      data: ({ image, target }) => noOtherRegion(image.id, target),
    },
  ],
  tag: [
    isOwned,
    {
      // The interface description names no status for tags; clients tag what they have registered, before it has content.
      name: "settled",
      requirement: "R-020, R-190",
      code: "IMG.0046",
      holds: ({ image: { status } }) => status === "active" || status === "queued" || status === "active elsewhere",
      data: ({ image }) => ({ id: image.id, status: image.status }),
    },
  ],
  moveToEnterpriseProject: [isOwned],
  publish: [
    { name: "owner", requirement: "R-273", code: "IMG.0043", holds: isOwner, data: id },
    { name: "notPublic", requirement: "R-273", code: "IMG.0083", holds: ({ image }) => image.visibility !== "public", data: id },
    {
      name: "notShared",
      requirement: "R-273",
      code: "IMG.0052",
      holds: ({ image }) => image.memberCount === 0,
      data: ({ image }) => ({ id: image.id, count: image.memberCount }),
    },
    isActive,
    isNotOnSale,
    isNotEncrypted,
    { name: "notWholeMachine", requirement: "R-115, R-274", code: "IMG.0129", holds: ({ image }) => image.kind !== "whole", data: id },
    { name: "notDataDisk", requirement: "R-260", code: "IMG.0124", holds: ({ image }) => image.kind !== "data", data: id },
    isNoIso,
    {
      name: "notFromMarket",
      requirement: "R-273",
      code: "IMG.0082",
      holds: ({ image }) => image.lineage.fromMarket !== true,
      data: ({ image }) => ({ id: image.id, problemEn: "it goes back to an image of the market", problemZh: "它来源于云市场镜像" }),
      remedy: { en: "Publish an image that you made yourself.", zh: "请发布自己制作的镜像。" },
    },
  ],
  makePublic: [
    { name: "notPublic", requirement: "R-005", code: "IMG.0083", holds: ({ image }) => image.visibility !== "public", data: id },
    {
      name: "notShared",
      requirement: "R-002",
      code: "IMG.0052",
      holds: ({ image }) => image.memberCount === 0,
      data: ({ image }) => ({ id: image.id, count: image.memberCount }),
    },
    isActive,
    isNotOnSale,
    isNotEncrypted,
    {
      name: "notWholeMachine",
      requirement: "ims-api §6 IMG.0131",
      code: "IMG.0131",
      holds: ({ image }) => image.kind !== "whole",
      data: id,
    },
    { name: "notDataDisk", requirement: "ims-api §6 IMG.0125", code: "IMG.0125", holds: ({ image }) => image.kind !== "data", data: id },
    isNoIso,
  ],
  withdraw: [{ name: "public", requirement: "R-005", code: "IMG.0084", holds: ({ image }) => image.visibility === "public", data: id }],
} as const satisfies Record<string, readonly ImageRule[]>;

/** Names are compared by their letters and digits: `Red Hat` is `RedHat`. */
function isRefusedPlatform({ exports: { refusedPlatforms } }: Limits, platform: string | undefined): boolean {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  return platform !== undefined && namesIn(refusedPlatforms).some((name) => plain(name) === plain(platform));
}

/** The one region there is, and the one that was asked for, in words. */
export function noOtherRegion(id: string, target: RegionTarget | undefined): ErrorData {
  const asked = target?.asked?.region ?? "";
  return {
    id,
    regionEn: asked === "" ? "another region" : asked,
    regionZh: asked === "" ? "其他区域" : `区域 ${asked}`,
    ownRegion: target?.ownRegion ?? "",
  };
}

/** what may be copied depends on the region that it leaves. */
function crossRegionLimit({ target, limits: { copies } }: ImageOperation): number {
  const isLarge = target !== undefined && namesIn(copies.largeRegions).includes(target.ownRegion);
  return isLarge ? copies.maxLargeRegionGiB : copies.maxCrossRegionGiB;
}
