import { isStoreError, StoreError } from "./store-error.ts";

const noSpaceCodes = new Set(["ENOSPC", "EDQUOT"]);
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteNotADatabase = 26;

/**
 * Words a failure of the operating system or of SQLite as a `StoreError`; everything else (our own errors, wrong arguments,
 * an abort) comes back as it is, so that a mistake in a program is never told as a fault of the disk.
 *
 * `doing` says what was being done to which object, as in "writing blob 12ab…".
 */
export function asStoreError(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || isStoreError(error)) {
    return error;
  }
  const code = "code" in error ? error.code : undefined;
  const sqliteCode = sqliteCodeOf(error);
  if (noSpaceCodes.has(String(code)) || sqliteCode === sqliteFull) {
    return new StoreError("store.full", `No space is left on the store's volume while ${doing}. Free some space and try again.`, {
      cause: error,
    });
  }
  if (sqliteCode === sqliteCorrupt || sqliteCode === sqliteNotADatabase) {
    const remedy = "Stop the service, delete index.sqlite and start it again: the index is rebuilt from the packs.";
    return new StoreError("store.damaged", `The chunk index is damaged (found while ${doing}). ${remedy}`, { cause: error });
  }
  if ("syscall" in error || code === "ERR_SQLITE_ERROR") {
    return new StoreError("store.io", `The store's volume failed while ${doing}: ${error.message}`, { cause: error });
  }
  return error;
}

/** The primary result code of a failure of SQLite, whose higher bits give details; undefined for another failure. */
export function sqliteCodeOf(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}

/** Runs `work` and words what it throws by `asStoreError`. */
export async function wordingErrors<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asStoreError(error, doing);
  }
}
