import { apiErrors } from "./errors/api.table.ts";
import { imsErrors } from "./errors/ims.table.ts";
import { identityErrors } from "./errors/identity.table.ts";
import { kmsErrors } from "./errors/kms.table.ts";
import { obsErrors } from "./errors/obs.table.ts";
import { opsErrors } from "./errors/ops.table.ts";

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

/** Words an error: the sentence and what to do about it. */
export function renderError(code: ErrorCode, data: ErrorData, language: "en" | "zh"): string {
  const descriptor: ErrorDescriptor = errorTable[code];
  const text = language === "en" ? `${descriptor.en} ${descriptor.remedyEn}` : `${descriptor.zh}${descriptor.remedyZh}`;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => (name in data ? String(data[name]) : place)).trim();
}

/** Tells whether a thrown value is one of ours. */
export function isServiceError(value: unknown): value is ServiceError {
  return value instanceof Error && value.name === "ServiceError";
}
