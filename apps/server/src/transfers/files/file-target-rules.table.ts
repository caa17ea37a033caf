import { awaitsContent } from "../../images/awaits-content.ts";
import type { Rule } from "../../images/check-rules.ts";
import type { ImageRecord } from "../../ports/image-catalog.ts";
import type { ContentTarget } from "../native/content-target-rules.table.ts";

const missing = ({ diskFormat, containerFormat }: ImageRecord): string | undefined =>
  Object.entries({ disk_format: diskFormat, container_format: containerFormat }).find(([, value]) => value === "")?.[0];

/** What an image must be like before a file comes for it. */
export const fileTargetRules: readonly Rule<ContentTarget>[] = [
  {
    name: "owner",
    requirement: "image-api-v2 §1.13",
    code: "image.notYours",
    holds: ({ image, projectId, isAdministrator }) => isAdministrator || image.projectId === projectId,
    data: ({ image }) => ({ id: image.id }),
  },
  {
    name: "waiting",
    requirement: "image-api-v2 §1.7",
    code: "image.notWaiting",
    holds: ({ image }) => awaitsContent(image),
    data: ({ image }) => ({ id: image.id, status: image.status }),
  },
  {
    name: "formatsAreSet",
    requirement: "image-api-v2 §1.7",
    code: "image.formatMissing",
    holds: ({ image }) => missing(image) === undefined,
    data: ({ image }) => ({ name: missing(image) ?? "" }),
  },
];
