import { isStoreError } from "@tintype/store/store-error.ts";

/** How long a caller that is told to come back later shall wait. */
export const retryAfterSeconds = 5;

/** Of SQLite: another program has held the catalog for longer than is waited for it, or another statement of ours its table. */
const sqliteBusy = 5;
const sqliteLocked = 6;

/**
 * Tells whether a call failed because the catalog is held by something else or the store's bytes cannot be reached: the same call may succeed
 * a little later, and nothing is wrong with it.
 *
 * Source  SQLite, "Result and Error Codes": the lowest byte of an extended code is the primary one
 */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof SuppressedError) {
    // Closing something failed after the work had failed already: the work's error tells what matters.
    return isUnavailable(error.suppressed);
  }
  if (isStoreError(error)) {
    return error.code === "store.io";
  }
  const code: unknown = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" && [sqliteBusy, sqliteLocked].includes(code & 0xff);
}
