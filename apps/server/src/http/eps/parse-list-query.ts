import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import type { ListEnterpriseProjectsQuery } from "@tintype/contract/eps/enterprise-projects.ts";
import type { EnterpriseProjectQuery } from "../../enterprise-projects/list-enterprise-projects.ts";

const largestPage = 1000;

/**
 * Reads which enterprise projects are asked for.
 *
 * Throws  EPS.0017, EPS.0018; EPS.0002 for other words that are none
 */
export function parseListQuery(query: ListEnterpriseProjectsQuery): EnterpriseProjectQuery {
  const { id, name, status, type, sort_key = "created_at", sort_dir = "desc", limit, offset } = query;
  return {
    id,
    nameContains: name,
    enabled: status === undefined ? undefined : lookUp({ 1: true, 2: false }, "status", status),
    kind: type,
    sort: {
      key: lookUp({ created_at: "createdAt", updated_at: "updatedAt" } as const, "sort_key", sort_key),
      direction: lookUp({ asc: "asc", desc: "desc" } as const, "sort_dir", sort_dir),
    },
    limit: numberOf(limit ?? String(largestPage), { least: 1, most: largestPage, code: "EPS.0017" }),
    offset: numberOf(offset ?? "0", { least: 0, most: 999_999_999, code: "EPS.0018" }),
  };
}

function numberOf(
  text: string,
  { least, most, code }: { readonly least: number; readonly most: number; readonly code: ErrorCode },
): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (number < least || number > most) {
    throw new ServiceError(code);
  }
  return number;
}

function lookUp<T>(words: Readonly<Record<string, T>>, parameter: string, word: string): T {
  const found = Object.hasOwn(words, word) ? words[word] : undefined;
  if (found === undefined) {
    throw new ServiceError("EPS.0002", { problem: `${parameter} is none of ${Object.keys(words).join(", ")}` });
  }
  return found;
}
