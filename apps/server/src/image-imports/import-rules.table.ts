import { awaitsContent } from "../images/awaits-content.ts";
import type { Rule } from "../images/check-rules.ts";
import { notImporting } from "../images/task-rules.table.ts";
import type { TaskTarget } from "../images/task-rules.table.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { ContentTarget } from "../transfers/native/content-target-rules.table.ts";
import type { FileMethod } from "./import-method.ts";

/** An image that is to be imported. */
export interface ImportTarget extends ContentTarget, TaskTarget {
  readonly method: FileMethod["name"];
}

type Formats = Pick<ImageRecord, "containerFormat" | "diskFormat">;

const missing = ({ containerFormat, diskFormat }: Formats): string | undefined =>
  containerFormat === "" ? "container_format" : diskFormat === "" ? "disk_format" : undefined;

/** Formats come before the file. */
export const formatsAreSet: Rule<Formats> = {
  name: "formatsAreSet",
  requirement: "image-api-v2 §1.8",
  code: "image.importFormatMissing",
  holds: (image) => missing(image) === undefined,
  data: (image) => ({ name: missing(image) ?? "" }),
};

const isStaged = ({ image }: ImportTarget): boolean => image.status === "uploading" && image.disks.length > 0 && image.file !== undefined;

/** What an image must be like before it is imported. */
export const importRules: readonly Rule<ImportTarget>[] = [
  {
    name: "owner",
    requirement: "image-api-v2 §1.13",
    code: "image.notYours",
    holds: ({ image, projectId, isAdministrator }) => isAdministrator || image.projectId === projectId,
    data: ({ image }) => ({ id: image.id }),
  },
  notImporting,
  {
    name: "staged",
    requirement: "image-api-v2 §1.8 glance-direct",
    code: "image.notStaged",
    holds: (target) => target.method !== "glance-direct" || isStaged(target),
    data: ({ image }) => ({ id: image.id, status: image.status }),
  },
  {
    name: "waiting",
    requirement: "image-api-v2 §1.8",
    code: "image.notWaiting",
    holds: ({ method, image }) => method === "glance-direct" || awaitsContent(image),
    data: ({ image }) => ({ id: image.id, status: image.status }),
  },
  {
    ...formatsAreSet,
    holds: ({ image }) => formatsAreSet.holds(image),
    data: ({ image }) => formatsAreSet.data?.(image) ?? {},
  },
];
