import { matchesPattern } from "./matches-pattern.ts";

/** How a condition compares what is so with what is wanted. */
export interface ConditionOperator {
  /** True when none of the values may fit, also where there is nothing to compare. */
  readonly isNegated: boolean;
  fits(actual: string, wanted: string): boolean;
}

const equal = (actual: string, wanted: string): boolean => actual === wanted;
const equalLetters = (actual: string, wanted: string): boolean => actual.toLowerCase() === wanted.toLowerCase();
const like = (actual: string, wanted: string): boolean => matchesPattern(wanted, actual);
const startsWith = (actual: string, wanted: string): boolean => actual.startsWith(wanted);
const endsWith = (actual: string, wanted: string): boolean => actual.endsWith(wanted);

/** Source  Huawei Cloud IAM user guide, "Policy syntax", the operators for strings */
export const conditionOperators: Readonly<Record<string, ConditionOperator>> = {
  StringEquals: { isNegated: false, fits: equal },
  StringNotEquals: { isNegated: true, fits: equal },
  StringEqualsIgnoreCase: { isNegated: false, fits: equalLetters },
  StringNotEqualsIgnoreCase: { isNegated: true, fits: equalLetters },
  StringLike: { isNegated: false, fits: like },
  StringNotLike: { isNegated: true, fits: like },
  StringStartWith: { isNegated: false, fits: startsWith },
  StringNotStartWith: { isNegated: true, fits: startsWith },
  StringEndWith: { isNegated: false, fits: endsWith },
  StringNotEndWith: { isNegated: true, fits: endsWith },
};
