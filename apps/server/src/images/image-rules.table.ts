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
  /** True while a task exports this image; to be found out before a deletion or an export. */
  readonly isExporting?: boolean;
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
  ],
  export: [
    isOwned,
    { name: "private", requirement: "R-149", code: "IMG.0077", holds: ({ image }) => image.visibility !== "public", data: id },
    isActive,
    { name: "notIso", requirement: "R-158", code: "IMG.0167", holds: ({ image }) => image.kind !== "iso", data: id },
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
} as const satisfies Record<string, readonly Rule<ImageOperation>[]>;
