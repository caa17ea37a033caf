import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import type { ListPredefinedTagsQuery } from "@tintype/contract/tms/predefined-tags.ts";
import type { PredefinedTagQuery } from "../../tags/list-predefined-tags.ts";

const usualPage = "10";
const largestPage = 1000;

/**
 * Reads which predefined tags are asked for. A marker is the number of tags before the page.
 *
 * Throws  TMS.0007, TMS.0008, TMS.1010, TMS.1011
 */
export function parsePredefinedQuery(query: ListPredefinedTagsQuery): PredefinedTagQuery {
  const { key, value, limit = usualPage, marker = "0", order_field = "update_time", order_method = "desc" } = query;
  const length = numberOf(limit, largestPage, "TMS.0007");
  return {
    keyContains: key,
    valueContains: value,
    sort: {
      field: lookUp({ update_time: "updatedAt", key: "key", value: "value" } as const, order_field, "TMS.1010"),
      direction: lookUp({ asc: "asc", desc: "desc" } as const, order_method, "TMS.1011"),
    },
    offset: numberOf(marker, 999_999_999, "TMS.0008"),
    limit: length === 0 ? Infinity : length,
  };
}

function numberOf(text: string, most: number, code: ErrorCode): number {
  if (!/^\d{1,9}$/.test(text) || Number(text) > most) {
    throw new ServiceError(code);
  }
  return Number(text);
}

function lookUp<T>(words: Readonly<Record<string, T>>, word: string, code: ErrorCode): T {
  const found = Object.hasOwn(words, word) ? words[word] : undefined;
  if (found === undefined) {
    throw new ServiceError(code);
  }
  return found;
}
