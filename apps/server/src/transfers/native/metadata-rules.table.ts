import type { Rule } from "../../images/check-rules.ts";
import type { Limits } from "../../quotas/limits.ts";

/** The metadata of an image without content, as far as its rules are not those of every image. */
export interface MetadataValues {
  readonly name: string;
  readonly tags: readonly string[];
  readonly limits: Limits;
}

const longestName = 255;
const charactersOf = (text: string): number => Array.from(text).length;
const repeated = (tags: readonly string[]): string | undefined => tags.find((tag, index) => tags.indexOf(tag) < index);

/** What metadata must be like. A name may be absent, and longer than elsewhere. */
export const metadataRules: readonly Rule<MetadataValues>[] = [
  {
    name: "nameLength",
    requirement: "ims-api §1.9 name",
    code: "IMG.0002",
    holds: ({ name }) => charactersOf(name) <= longestName,
    data: ({ name }) => ({ length: charactersOf(name), limit: longestName }),
  },
  {
    name: "nameCharacters",
    requirement: "ims-api §1.9 name",
    code: "IMG.0003",
    holds: ({ name }) => !/\p{Cc}/u.test(name) && name.trim() === name,
  },
  {
    name: "tagCount",
    requirement: "R-191",
    code: "IMG.0116",
    holds: ({ tags, limits }) => tags.length <= limits.tags.perImage,
    data: ({ tags, limits }) => ({ count: tags.length, limit: limits.tags.perImage }),
  },
  {
    name: "tagsOnce",
    requirement: "ims-api §4",
    code: "IMG.0115",
    holds: ({ tags }) => repeated(tags) === undefined,
    data: ({ tags }) => ({ problemEn: `"${repeated(tags)}" comes twice`, problemZh: `“${repeated(tags)}”重复` }),
  },
];
