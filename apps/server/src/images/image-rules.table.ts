import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import type { Limits } from "../quotas/limits.ts";
import type { Rule } from "./check-rules.ts";

/** An image, and what is about to be done to it by whom. */
export interface ImageOperation {
  readonly image: ImageRecord;
  readonly projectId: ProjectId;
  /** True for an administrator, who may do everything with every project's images. */
  readonly isAdministrator: boolean;
  /** True while a task exports, or copies, this image; to be found out before a deletion, an export or a copy. */
  readonly isExporting?: boolean;
  readonly isCopying?: boolean;
  /** For a copy: how many of the project's copies are not over. */
  readonly unfinishedCopies?: number;
  /** For a copy: the key that it shall be encrypted with. */
  readonly keyId?: string | undefined;
  readonly limits: Limits;
  /** For an update: the attributes that would change, as the caller calls them, apart from name and description. */
  readonly changes?: readonly string[];
}

const isOwner = ({ image, projectId, isAdministrator }: ImageOperation): boolean => isAdministrator || image.projectId === projectId;
const diskBytes = ({ image }: ImageOperation): number => image.disks.reduce((sum, disk) => sum + disk.virtualSizeBytes, 0);
const id = ({ image }: ImageOperation) => ({ id: image.id });

const isActive: Rule<ImageOperation> = {
  name: "active",
  requirement: "R-159",
  code: "IMG.0046",
  holds: ({ image }) => image.status === "active",
  data: ({ image }) => ({ id: image.id, status: image.status }),
};

const isOwned: Rule<ImageOperation> = { name: "owner", requirement: "ims-api §6 IMG.0047", code: "IMG.0047", holds: isOwner, data: id };

const isNotBeingExported: Rule<ImageOperation> = {
  name: "notBeingExported",
  requirement: "ims-api §1.10",
  code: "IMG.0148",
  holds: ({ isExporting = false }) => !isExporting,
  data: id,
};

const isPrivate: Rule<ImageOperation> = {
  name: "private",
  requirement: "R-149",
  code: "IMG.0077",
  holds: ({ image }) => image.visibility !== "public",
  data: id,
};

const isNoIso: Rule<ImageOperation> = {
  name: "notIso",
  requirement: "R-158, R-171, R-181",
  code: "IMG.0167",
  holds: ({ image }) => image.kind !== "iso",
  data: id,
};

const isNotBeingCopied: Rule<ImageOperation> = {
  name: "notBeingCopied",
  requirement: "R-179",
  code: "IMG.0149",
  holds: ({ isCopying = false }) => !isCopying,
  data: ({ image }) => ({ problemEn: `image ${image.id} is being copied`, problemZh: `镜像 ${image.id} 正在复制` }),
  remedy: { en: "Wait until that task is finished, or cancel it.", zh: "请等待该任务完成，或取消该任务。" },
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
    { name: "owner", requirement: "ims-api §1.3", code: "IMG.0092", holds: isOwner, data: id },
    {
      name: "notBeingCreated",
      requirement: "ims-api §1.3",
      code: "IMG.0090",
      holds: ({ image }) => image.status !== "queued" && image.status !== "saving",
      data: id,
    },
    { name: "notProtected", requirement: "ims-api §1.3", code: "IMG.0091", holds: ({ image }) => !image.protected, data: id },
    { name: "notPublic", requirement: "ims-api §1.3", code: "IMG.0094", holds: ({ image }) => image.visibility !== "public", data: id },
    isNotBeingExported,
    isNotBeingCopied,
  ],
  export: [
    isOwned,
    isPrivate,
    isActive,
    isNoIso,
    { name: "notWholeMachine", requirement: "ims-api §1.10", code: "IMG.0128", holds: ({ image }) => image.kind !== "whole", data: id },
    {
      name: "size",
      requirement: "R-154",
      code: "IMG.0160",
      holds: (operation) => diskBytes(operation) <= operation.limits.exports.maxDiskGiB * bytesPerGiB,
      data: (operation) => ({
        id: operation.image.id,
        size: diskBytes(operation),
        limit: operation.limits.exports.maxDiskGiB,
      }),
    },
    isNotBeingExported,
  ],
  copy: [
    isOwned,
    isPrivate,
    isActive,
    isNoIso,
    { name: "notWholeMachine", requirement: "R-181", code: "IMG.0130", holds: ({ image }) => image.kind !== "whole", data: id },
    {
      name: "size",
      requirement: "R-177",
      code: "IMG.0146",
      holds: (operation) => diskBytes(operation) <= operation.limits.copies.maxDiskGiB * bytesPerGiB,
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
    {
      name: "copiesUnderWay",
      requirement: "R-178",
      code: "IMG.0149",
      holds: ({ unfinishedCopies = 0, limits }) => unfinishedCopies < limits.copies.concurrentPerProject,
      data: ({ unfinishedCopies = 0 }) => ({
        problemEn: `${unfinishedCopies} copies of this project are not finished yet, which is its limit`,
        problemZh: `该项目已有 ${unfinishedCopies} 个未完成的复制任务，达到上限`,
      }),
      remedy: { en: "Wait until one of them is finished.", zh: "请等待其中一个完成。" },
    },
  ],
} as const satisfies Record<string, readonly Rule<ImageOperation>[]>;
