import { apiErrors } from "./errors/api.table.ts";
import { ctsErrors } from "./errors/cts.table.ts";
import { epsErrors } from "./errors/eps.table.ts";
import { imageV2Errors } from "./errors/image-v2.table.ts";
import { imsErrors } from "./errors/ims.table.ts";
import { identityErrors } from "./errors/identity.table.ts";
import { kmsErrors } from "./errors/kms.table.ts";
import { obsErrors } from "./errors/obs.table.ts";
import { opsErrors } from "./errors/ops.table.ts";
import { tmsErrors } from "./errors/tms.table.ts";
import { tusErrors } from "./errors/tus.table.ts";

/** What one error code means, in every language and for every API family. `{name}` in a text is filled from the error's data. */
export interface ErrorDescriptor {
  /** HTTP status the code answers with. */
  readonly status: number;
  readonly en: string;
  readonly zh: string;
  /** What the caller can do about it. */
  readonly remedyEn: string;
  readonly remedyZh: string;
  /** True when the same call may succeed later. */
  readonly retryable?: boolean;
}

/** Every code of the service, by family. */
export const errorTable = {
  ...imsErrors,
  ...identityErrors,
  ...obsErrors,
  ...opsErrors,
  ...apiErrors,
  ...kmsErrors,
  ...ctsErrors,
  ...epsErrors,
  ...tmsErrors,
  ...imageV2Errors,
  ...tusErrors,
} as const satisfies Record<string, ErrorDescriptor>;

export type ErrorCode = keyof typeof errorTable;

/** Values for the places in an error's text. Never secrets. */
export type ErrorData = Readonly<Record<string, string | number>>;

/** The one error that use cases throw: a code of the table, its data, and the cause. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly code: ErrorCode;
  readonly data: ErrorData;

  constructor(code: ErrorCode, data: ErrorData = {}, options: { readonly cause?: unknown } = {}) {
    super(renderError(code, data, "en"), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = data;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get retryable(): boolean {
    const descriptor: ErrorDescriptor = errorTable[this.code];
    return descriptor.retryable ?? false;
  }
}

export type Language = "en" | "zh";

/** An error in words: what is wrong, and what to do about it. */
export interface ErrorWords {
  readonly sentence: string;
  readonly remedy: string;
}

/** Words an error in two parts. A place that the data has nothing for stays as it is. */
export function wordError(code: ErrorCode, data: ErrorData, language: Language): ErrorWords {
  const { en, zh, remedyEn, remedyZh }: ErrorDescriptor = errorTable[code];
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (place, name: string) => (name in data ? String(data[name]) : place)).trim();
  return language === "en" ? { sentence: fill(en), remedy: fill(remedyEn) } : { sentence: fill(zh), remedy: fill(remedyZh) };
}

/** Words an error: the sentence and what to do about it. */
export function renderError(code: ErrorCode, data: ErrorData, language: Language): string {
  const { sentence, remedy } = wordError(code, data, language);
  return (language === "en" ? `${sentence} ${remedy}` : `${sentence}${remedy}`).trim();
}

/** Tells whether a thrown value is one of ours. */
export function isServiceError(value: unknown): value is ServiceError {
  return value instanceof Error && value.name === "ServiceError";
}
