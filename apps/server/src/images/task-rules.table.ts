import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Rule } from "./check-rules.ts";

/** An image whose content is to be worked on. */
export interface TaskTarget {
  readonly image: ImageRecord;
  /** True while an earlier task of it is not over. */
  readonly isImporting: boolean;
}

/** For work on content that is there. */
export const activeAlready: Rule<TaskTarget> = {
  name: "active",
  requirement: "image-api-v2 §1.8 copy-image",
  code: "image.notActive",
  holds: ({ image }) => image.status === "active",
  data: ({ image }) => ({ id: image.id, status: image.status }),
};

/** One task at a time. */
export const notImporting: Rule<TaskTarget> = {
  name: "notImporting",
  requirement: "image-api-v2 §1.8 lock",
  code: "image.importing",
  holds: ({ isImporting }) => !isImporting,
  data: ({ image }) => ({ id: image.id }),
};
