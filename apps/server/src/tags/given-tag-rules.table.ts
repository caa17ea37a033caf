import type { Rule } from "../images/check-rules.ts";
import { repeatedKey, shownKey } from "../images/image-tags.ts";

/** A tag to be taken off: with that value, or with any when none, or an empty one, is told. */
export interface RemovedTag {
  readonly key: string;
  readonly value?: string | undefined;
}

const longestNativeTag = 255;
const longestRemovedKey = 127;
const longestRemovedValue = 255;

const charactersOf = (text: string): number => Array.from(text).length;

/** A list of tags says something. */
export const givenTagRules: readonly Rule<{ readonly tags: readonly { readonly key: string }[] }>[] = [
  {
    name: "tagsGiven",
    requirement: "ims-api §4 Batch",
    code: "IMG.0115",
    holds: ({ tags }) => tags.length > 0,
    data: () => ({ problemEn: "there are none", problemZh: "未填写标签" }),
  },
];

/** Tags to be taken off may be of any form that a tag ever had, so only their lengths are bounded. */
export const removedTagRules: readonly Rule<{ readonly tags: readonly RemovedTag[] }>[] = [
  ...givenTagRules,
  {
    name: "removedTagLength",
    requirement: "ims-api §4 Delete by batch",
    code: "IMG.0115",
    holds: ({ tags }) => !tags.some(isTooLong),
    data: ({ tags }) => {
      const key = shownKey(tags.find(isTooLong)?.key);
      return { problemEn: `"${key}" has no key, or a key or value that is too long`, problemZh: `“${key}”的键为空，或键、值过长` };
    },
  },
  {
    name: "removedKeysOnce",
    requirement: "ims-api §4 Batch",
    code: "IMG.0115",
    holds: ({ tags }) => repeatedKey(tags) === undefined,
    data: ({ tags }) => {
      const key = shownKey(repeatedKey(tags));
      return { problemEn: `the key "${key}" comes twice`, problemZh: `键“${key}”重复` };
    },
  },
];

/** A tag of the native interface is one text. */
export const nativeTagRules: readonly Rule<{ readonly tag: string }>[] = [
  {
    name: "nativeTagLength",
    requirement: "ims-api §4 Native tag",
    code: "IMG.0115",
    holds: ({ tag }) => tag !== "" && charactersOf(tag) <= longestNativeTag,
    data: ({ tag }) => {
      const length = charactersOf(tag);
      return {
        problemEn: `${length} characters are not 1 to ${longestNativeTag}`,
        problemZh: `${length} 个字符，不在 1 到 ${longestNativeTag} 之间`,
      };
    },
  },
  {
    name: "nativeTagForm",
    requirement: "ims-api §4 Native tag",
    code: "IMG.0115",
    holds: ({ tag }) => !/[=\p{Cc}\p{Cs}]/u.test(tag),
    data: () => ({ problemEn: "it holds = or a control character", problemZh: "标签含有 = 或控制字符" }),
  },
];

function isTooLong({ key, value = "" }: RemovedTag): boolean {
  return key === "" || charactersOf(key) > longestRemovedKey || charactersOf(value) > longestRemovedValue;
}
