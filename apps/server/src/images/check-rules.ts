import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode, ErrorData } from "@tintype/contract/service-error.ts";

/** A sentence that says what would make an operation possible. */
export interface Remedy {
  readonly en: string;
  readonly zh: string;
}

/**
 * One condition of an operation, as data: refusals, explanations and documentation come from the same row.
 */
export interface Rule<Subject> {
  readonly name: string;
  /** Requirement number, or the section of the interface description that asks for it. */
  readonly requirement: string;
  /** What the operation is refused with when the rule is broken. */
  readonly code: ErrorCode;
  /** True when the rule does not stand in the way. */
  holds(subject: Subject): boolean;
  /** Fills the places of the code's sentence. */
  data?(subject: Subject): ErrorData;
  /** Present when several rules share a code: then `{remedyEn}` and `{remedyZh}` stand in its texts. Otherwise the error table has the sentence. */
  readonly remedy?: Remedy;
}

/**
 * Lets an operation pass, or refuses it with the first rule that stands in the way.
 *
 * Throws  ServiceError with the rule's code
 */
export function checkRules<Subject>(rules: readonly Rule<Subject>[], subject: Subject): void {
  const rule = rules.find((candidate) => !candidate.holds(subject));
  if (rule !== undefined) {
    throw refusal(rule, subject);
  }
}

/** Every rule that stands in the way, in the order of the table. */
export function brokenRules<Subject>(rules: readonly Rule<Subject>[], subject: Subject): readonly Rule<Subject>[] {
  return rules.filter((rule) => !rule.holds(subject));
}

/** The error of a broken rule. */
export function refusal<Subject>(rule: Rule<Subject>, subject: Subject, options: { readonly cause?: unknown } = {}): ServiceError {
  const { remedy } = rule;
  const data = { ...rule.data?.(subject), ...(remedy && { remedyEn: remedy.en, remedyZh: remedy.zh }) };
  return new ServiceError(rule.code, data, options);
}
