import { ServiceError } from "@tintype/contract/service-error.ts";
import type { TimeCondition } from "../../ports/image-catalog.ts";

const timeOperators = new Map<string, TimeCondition["operator"]>(
  (["gt", "gte", "lt", "lte", "eq", "neq"] as const).map((operator) => [operator, operator]),
);
const longestShown = 100;
const timeForm = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
/** What stands between two commas: a text without quotes, or one in quotes. */
const listItem = /(?:"([^"]*)"|([^",]*))(,|$)/y;

/** A parameter of a list is refused. */
export function invalidQuery(name: string, problem: string): ServiceError {
  return new ServiceError("image.invalidQuery", { name: name.slice(0, longestShown), problem });
}

/**
 * The values that a parameter selects: one, also behind `eq:`, or those of a list behind `in:`, where a value with a comma stands in quotes.
 *
 * Throws  image.invalidQuery
 */
export function parseWords(text: string, name: string): readonly string[] {
  const { operator, rest } = split(text);
  if (operator === undefined || operator === "eq") {
    return [operator === undefined ? text : rest];
  }
  if (operator !== "in") {
    throw invalidQuery(name, `"${operator.slice(0, longestShown)}" is neither in nor eq`);
  }
  return parseList(rest, name);
}

function parseList(text: string, name: string): readonly string[] {
  const words: string[] = [];
  for (let place = 0; ;) {
    listItem.lastIndex = place;
    const [found, quoted, plain = "", end] = listItem.exec(text) ?? [];
    const word = quoted ?? plain.trim();
    if (found === undefined || (quoted === undefined && word === "")) {
      throw invalidQuery(name, "it is no list of values with commas between them, in quotes or without");
    }
    words.push(word);
    place += found.length;
    if (end === "") {
      return words;
    }
  }
}

/**
 * A comparison with a time: an operator and a colon before it, or a time alone, which is to be the same. Times without a zone are UTC.
 *
 * Throws  image.invalidQuery
 */
export function parseTime(text: string, field: TimeCondition["field"], name: string): TimeCondition {
  const alone = instantOf(text);
  if (alone !== undefined) {
    return { field, operator: "eq", instant: alone };
  }
  const { operator: word = "", rest } = split(text);
  const [operator, instant] = [timeOperators.get(word), instantOf(rest)];
  if (operator === undefined || instant === undefined) {
    throw invalidQuery(name, "it is not gt, gte, lt, lte, eq or neq, a colon, and a time as yyyy-mm-ddThh:mm:ssZ");
  }
  return { field, operator, instant };
}

function instantOf(text: string): number | undefined {
  if (!timeForm.test(text)) {
    return undefined;
  }
  const iso = text.replace(" ", "T").replace(",", ".");
  const isZoned = /(?:Z|[+-]\d\d:?\d\d)$/.test(iso) && iso.includes("T");
  const instant = Date.parse(iso.includes("T") && !isZoned ? `${iso}Z` : iso);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Throws  image.invalidQuery */
export function parseAmount(text: string, name: string): number {
  if (!/^\d{1,15}$/.test(text)) {
    throw invalidQuery(name, "it is no whole number from 0");
  }
  return Number(text);
}

/** Throws  image.invalidQuery */
export function parseSwitch(text: string, name: string): boolean {
  const word = text.toLowerCase();
  if (word !== "true" && word !== "false") {
    throw invalidQuery(name, "it is neither true nor false");
  }
  return word === "true";
}

function split(text: string): { readonly operator: string | undefined; readonly rest: string } {
  const place = text.indexOf(":");
  return place < 0 ? { operator: undefined, rest: text } : { operator: text.slice(0, place), rest: text.slice(place + 1) };
}
