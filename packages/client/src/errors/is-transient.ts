import { ApiError } from "./api-error.ts";
import { ConnectionError } from "./connection-error.ts";

const transientStatuses: readonly number[] = [408, 429, 500, 502, 503, 504];
/** Failures of the service that stay: what it has stored is damaged. */
const lastingCodes: readonly string[] = ["ops.contentDamaged", "ContentDamaged"];

/** Tells whether the same call may succeed a moment later: the connection broke, or the service says that it is busy or unwell. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError
    ? transientStatuses.includes(error.status) && !lastingCodes.includes(error.code)
    : error instanceof ConnectionError;
}
