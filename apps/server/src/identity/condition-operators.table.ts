import { matchesPattern } from "./matches-pattern.ts";

/** How a condition compares what is so with what is wanted. */
export interface ConditionOperator {
  /** True when none of the values may fit, also where there is nothing to compare. */
  readonly isNegated: boolean;
  /** What its values have to be, for the refusal of others. */
  readonly values: "texts" | "numbers" | "times (2026-01-31T08:00:00Z)" | "true or false";
  isValue(wanted: string): boolean;
  fits(actual: string, wanted: string): boolean;
}

const equal = (actual: string, wanted: string): boolean => actual === wanted;
const equalLetters = (actual: string, wanted: string): boolean => actual.toLowerCase() === wanted.toLowerCase();
const like = (actual: string, wanted: string): boolean => matchesPattern(wanted, actual);
const startsWith = (actual: string, wanted: string): boolean => actual.startsWith(wanted);
const endsWith = (actual: string, wanted: string): boolean => actual.endsWith(wanted);

function ofTexts(isNegated: boolean, fits: ConditionOperator["fits"]): ConditionOperator {
  return { isNegated, values: "texts", isValue: () => true, fits };
}

/** Compares what both texts stand for; a text that stands for nothing fits nothing. */
function compared(
  read: (text: string) => number | undefined,
  holds: (actual: number, wanted: number) => boolean,
): ConditionOperator["fits"] {
  return (actual, wanted) => {
    const [one, other] = [read(actual), read(wanted)];
    return one !== undefined && other !== undefined && holds(one, other);
  };
}

function readNumber(text: string): number | undefined {
  return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
}

function ofNumbers(isNegated: boolean, holds: (actual: number, wanted: number) => boolean): ConditionOperator {
  return { isNegated, values: "numbers", isValue: (text) => readNumber(text) !== undefined, fits: compared(readNumber, holds) };
}

/** UTC alone, so that nobody has to guess. */
function readTime(text: string): number | undefined {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function ofTimes(holds: (actual: number, wanted: number) => boolean): ConditionOperator {
  const isValue = (text: string): boolean => readTime(text) !== undefined;
  return { isNegated: false, values: "times (2026-01-31T08:00:00Z)", isValue, fits: compared(readTime, holds) };
}

const isTruth = (text: string): boolean => /^(true|false)$/i.test(text);

/** Source  Huawei Cloud IAM user guide, "Policy syntax", the operators for strings, numbers, dates and truth values */
export const conditionOperators: Readonly<Record<string, ConditionOperator>> = {
  StringEquals: ofTexts(false, equal),
  StringNotEquals: ofTexts(true, equal),
  StringEqualsIgnoreCase: ofTexts(false, equalLetters),
  StringNotEqualsIgnoreCase: ofTexts(true, equalLetters),
  StringLike: ofTexts(false, like),
  StringNotLike: ofTexts(true, like),
  StringStartWith: ofTexts(false, startsWith),
  StringNotStartWith: ofTexts(true, startsWith),
  StringEndWith: ofTexts(false, endsWith),
  StringNotEndWith: ofTexts(true, endsWith),
  NumberEquals: ofNumbers(false, (actual, wanted) => actual === wanted),
  NumberNotEquals: ofNumbers(true, (actual, wanted) => actual === wanted),
  NumberLessThan: ofNumbers(false, (actual, wanted) => actual < wanted),
  NumberLessThanEquals: ofNumbers(false, (actual, wanted) => actual <= wanted),
  NumberGreaterThan: ofNumbers(false, (actual, wanted) => actual > wanted),
  NumberGreaterThanEquals: ofNumbers(false, (actual, wanted) => actual >= wanted),
  DateLessThan: ofTimes((actual, wanted) => actual < wanted),
  DateLessThanEquals: ofTimes((actual, wanted) => actual <= wanted),
  DateGreaterThan: ofTimes((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: ofTimes((actual, wanted) => actual >= wanted),
  Bool: { isNegated: false, values: "true or false", isValue: isTruth, fits: equalLetters },
};
