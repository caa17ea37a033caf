import { ServiceError } from "@tintype/contract/service-error.ts";

/**
 * Reads which page of a list of tags is asked for: all of them without a limit.
 *
 * Throws  IMG.0017 for what is no number from 1
 */
export function takeTagPage({
  limit,
  page,
}: {
  readonly limit: string | undefined;
  readonly page: string | undefined;
}): (tags: readonly string[]) => string[] {
  const length = limit === undefined ? undefined : numberOf("limit", limit);
  const number = page === undefined ? 1 : numberOf("page", page);
  // Without a limit the first page has everything.
  const [start, end] = length === undefined ? [number === 1 ? 0 : Infinity, Infinity] : [(number - 1) * length, number * length];
  return (tags) => tags.slice(start, end);
}

function numberOf(parameter: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new ServiceError("IMG.0017", { parameter, problem: `"${text.slice(0, 100)}" is no whole number from 1` });
  }
  return Number(text);
}
