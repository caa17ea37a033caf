import type { Limits } from "../quotas/limits.ts";
import type { Rule } from "./check-rules.ts";
import { repeatedKey, shownKey, tagFault } from "./image-tags.ts";
import type { ImageTag } from "./image-tags.ts";

/** Tags that someone wants an image to have. */
export interface TagValues {
  readonly tags?: readonly ImageTag[] | undefined;
  readonly limits: Pick<Limits, "tags">;
}

/** How many tags an image may have in all. */
export const tagCountRules: readonly Rule<TagValues>[] = [
  {
    name: "tagCount",
    requirement: "R-191",
    code: "IMG.0116",
    holds: ({ tags = [], limits }) => tags.length <= limits.tags.perImage,
    data: ({ tags = [], limits }) => ({ count: tags.length, limit: limits.tags.perImage }),
  },
];

/** What tags must be like, whoever gives them. */
export const tagRules: readonly Rule<TagValues>[] = [
  ...tagCountRules,
  {
    name: "tagForm",
    requirement: "R-196",
    code: "IMG.0115",
    holds: ({ tags = [] }) => !tags.some(tagFault),
    data: ({ tags = [] }) => {
      const key = shownKey(tags.find(tagFault)?.key);
      return { problemEn: `"${key}" has a key or value that is not allowed`, problemZh: `“${key}”的键或值不合法` };
    },
  },
  {
    name: "tagKeysOnce",
    requirement: "ims-api §4",
    code: "IMG.0115",
    holds: ({ tags = [] }) => repeatedKey(tags) === undefined,
    data: ({ tags = [] }) => {
      const key = shownKey(repeatedKey(tags));
      return { problemEn: `the key "${key}" comes twice`, problemZh: `键“${key}”重复` };
    },
  },
];
