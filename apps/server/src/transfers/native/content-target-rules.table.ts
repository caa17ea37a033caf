import { awaitsContent } from "../../images/awaits-content.ts";
import type { Rule } from "../../images/check-rules.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { ProjectId } from "../../ports/ids.ts";

/** An image that shall get content, and who brings it. */
export interface ContentTarget {
  readonly image: ImageRecord;
  readonly projectId: ProjectId;
  readonly isAdministrator: boolean;
}

/** What an image must be like before a file is registered or uploaded for it. */
export const contentTargetRules: readonly Rule<ContentTarget>[] = [
  {
    name: "owner",
    requirement: "ims-api §6 IMG.0047",
    code: "IMG.0047",
    holds: ({ image, projectId, isAdministrator }) => isAdministrator || image.projectId === projectId,
    data: ({ image }) => ({ id: image.id }),
  },
  {
    name: "notBeingFilled",
    requirement: "ims-api §1.9",
    code: "IMG.0090",
    holds: ({ image }) => image.status !== "saving" && (image.status !== "queued" || awaitsContent(image)),
    data: ({ image }) => ({ id: image.id }),
  },
  {
    name: "awaitsContent",
    requirement: "ims-api §1.9",
    code: "IMG.0105",
    holds: ({ image }) => awaitsContent(image),
    data: ({ image }) => ({ operation: `Another content for image ${image.id}, which is ${image.status}` }),
    remedy: { en: "Make a new image for it.", zh: "请创建新的镜像。" },
  },
];
