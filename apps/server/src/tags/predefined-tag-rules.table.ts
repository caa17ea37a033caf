import type { Rule } from "../images/check-rules.ts";
import { keyFault, repeatedKey, shownKey, valueFault } from "../images/image-tags.ts";
import type { ImageTag } from "../images/image-tags.ts";
import type { Limits } from "../quotas/limits.ts";

const requirement = "R-073, R-193";

/** A list of tags says something. */
export const someTagsRules: readonly Rule<{ readonly tags: readonly unknown[] }>[] = [
  { name: "tagsGiven", requirement, code: "TMS.0012", holds: ({ tags }) => tags.length > 0 },
];

/** What tags must be like that are prepared for resources, or given to several at once. */
export const tagFormRules: readonly Rule<{ readonly tags: readonly ImageTag[] }>[] = [
  ...someTagsRules,
  {
    name: "keyForm",
    requirement: "R-196",
    code: "TMS.0009",
    holds: ({ tags }) => !tags.some(({ key }) => keyFault(key)),
    data: ({ tags }) => {
      const key = shownKey(tags.find((tag) => keyFault(tag.key))?.key);
      return { problemEn: `"${key}" is of a form that is not allowed`, problemZh: `“${key}”格式不合法` };
    },
  },
  {
    name: "valueForm",
    requirement: "R-196",
    code: "TMS.0010",
    holds: ({ tags }) => !tags.some(({ value }) => valueFault(value)),
    data: ({ tags }) => {
      const value = shownKey(tags.find((tag) => valueFault(tag.value))?.value);
      return { problemEn: `"${value}" is of a form that is not allowed`, problemZh: `“${value}”格式不合法` };
    },
  },
];

/** A resource has a key once. */
export const keysOnceRules: readonly Rule<{ readonly tags: readonly { readonly key: string }[] }>[] = [
  {
    name: "keysOnce",
    requirement: "ims-api §4",
    code: "TMS.0009",
    holds: ({ tags }) => repeatedKey(tags) === undefined,
    data: ({ tags }) => {
      const key = shownKey(repeatedKey(tags));
      return { problemEn: `"${key}" comes twice`, problemZh: `“${key}”重复` };
    },
  },
];

/** How many predefined tags a domain may have. */
export const predefinedTagQuotaRules: readonly Rule<{ readonly count: number; readonly limits: Pick<Limits, "predefinedTags"> }>[] = [
  {
    name: "predefinedTagQuota",
    requirement: "R-219",
    code: "TMS.1001",
    holds: ({ count, limits }) => count <= limits.predefinedTags.perDomain,
    data: ({ count, limits }) => ({ count, limit: limits.predefinedTags.perDomain }),
  },
];

/** Changing one predefined tag into another. */
export const replacementRules: readonly Rule<{ readonly isOldThere: boolean; readonly isNewThere: boolean }>[] = [
  { name: "oldIsThere", requirement, code: "TMS.1002", holds: ({ isOldThere }) => isOldThere },
  { name: "newIsFree", requirement, code: "TMS.1003", holds: ({ isNewThere }) => !isNewThere },
];
