import type { Rule } from "../images/check-rules.ts";
import { repeatedKey, shownKey } from "../images/image-tags.ts";
import type { TagCondition, TagQuery } from "../ports/image-catalog.ts";

/** Which images are looked for. All parts hold together. */
export interface TagSearch {
  readonly query: TagQuery;
  /** Part of the name; an empty text is the empty name. */
  readonly name?: string;
  readonly id?: string;
}

/** Which of the images that are found are answered. */
export interface SearchPage {
  readonly offset: number;
  readonly limit: number;
}

const mostKeys = 10;
const mostValues = 10;
const longestKey = 127;
const longestValue = 255;
const largestPage = 1000;

const charactersOf = (text: string): number => Array.from(text).length;
const listsOf = ({ query }: TagSearch) => [query.all, query.any, query.notAll, query.notAny].filter((list) => list !== undefined);
const hasFitKey = ({ key }: TagCondition): boolean => key !== "" && charactersOf(key) <= longestKey;
const hasFitValues = ({ values }: TagCondition): boolean =>
  values.length <= mostValues && values.every((value) => charactersOf(value) <= longestValue) && new Set(values).size === values.length;

const requirement = "ims-api §4 Query by tags";

/** What a search must be like. */
export const tagSearchRules: readonly Rule<TagSearch>[] = [
  {
    name: "tagListLength",
    requirement,
    code: "IMG.0115",
    holds: (search) => listsOf(search).every(({ length }) => length > 0 && length <= mostKeys),
    data: () => ({ problemEn: `a list of tags has 1 to ${mostKeys} keys`, problemZh: `每个标签列表应有 1 到 ${mostKeys} 个键` }),
  },
  {
    name: "soughtKeyLength",
    requirement,
    code: "IMG.0115",
    holds: (search) => listsOf(search).flat().every(hasFitKey),
    data: () => ({
      problemEn: `a key that is looked for has 1 to ${longestKey} characters`,
      problemZh: `查询的键应为 1 到 ${longestKey} 个字符`,
    }),
  },
  {
    name: "soughtKeysOnce",
    requirement,
    code: "IMG.0115",
    holds: (search) => listsOf(search).every((list) => repeatedKey(list) === undefined),
    data: (search) => {
      const key = shownKey(
        listsOf(search)
          .map((list) => repeatedKey(list))
          .find((repeated) => repeated !== undefined),
      );
      return { problemEn: `the key "${key}" comes twice in a list`, problemZh: `键“${key}”在列表中重复` };
    },
  },
  {
    name: "soughtValues",
    requirement,
    code: "IMG.0115",
    holds: (search) => listsOf(search).flat().every(hasFitValues),
    data: (search) => {
      const key = shownKey(
        listsOf(search)
          .flat()
          .find((condition) => !hasFitValues(condition))?.key,
      );
      return {
        problemEn: `the key "${key}" may have at most ${mostValues} values, each once and of at most ${longestValue} characters`,
        problemZh: `键“${key}”最多 ${mostValues} 个值，每个值不超过 ${longestValue} 个字符且不重复`,
      };
    },
  },
  {
    name: "soughtName",
    requirement,
    code: "IMG.0017",
    holds: ({ name = "", id = "" }) => charactersOf(name) <= longestValue && charactersOf(id) <= longestValue,
    data: () => ({ parameter: "matches", problem: `a value has at most ${longestValue} characters` }),
  },
];

/** What a page of a search must be like. */
export const searchPageRules: readonly Rule<SearchPage>[] = [
  {
    name: "searchLimit",
    requirement,
    code: "IMG.0017",
    holds: ({ limit }) => limit >= 1 && limit <= largestPage,
    data: ({ limit }) => ({ parameter: "limit", problem: `${limit} is not 1 to ${largestPage}` }),
  },
];
