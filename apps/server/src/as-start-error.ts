import { sqliteCodeOf } from "@tintype/store/as-store-error.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { StartError } from "./start-error.ts";

const inTheWay = "Something else than a folder is in the way: move it elsewhere.";
const notAllowed = "Give this user the right to read and write there.";
const full = "The volume has no room left: free some space there.";

/** What an operator can do, by code of the system. */
const remedyOfSystem: Readonly<Record<string, string>> = {
  EACCES: notAllowed,
  EPERM: notAllowed,
  EROFS: "The volume is read-only: make it writable.",
  EEXIST: inTheWay,
  ENOTDIR: inTheWay,
  EISDIR: "A folder is where a file belongs: move it elsewhere.",
  ENOSPC: full,
  EDQUOT: full,
};

const damaged = "Put the newest copy of backups/ in its place, as docs/store-operations.md says.";

/** What an operator can do, by SQLite's primary result code. */
const remedyOfSqlite: Readonly<Record<number, string>> = {
  5: "Another program has it open: end that one.",
  8: notAllowed,
  10: "The volume may be full, or fail.",
  11: damaged,
  13: full,
  14: notAllowed,
  26: damaged,
};

/** A sentence about a failure of the system or of SQLite, and behind it what can be done, where that is known. */
export function withRemedy(sentence: string, error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const remedy = remedyOfSystem[code] ?? remedyOfSqlite[sqliteCodeOf(error) ?? 0];
  return remedy === undefined ? sentence : `${sentence} ${remedy}`;
}

/**
 * Words what kept the service from starting, where an operator can mend it: a failure of the system with the file it was about, and a failure
 * of SQLite, which names none, with `catalog`. Everything else, such as a mistake in the program, comes back as it is.
 */
export function asStartError(error: unknown, { catalog }: { readonly catalog: string }): unknown {
  if (error instanceof SuppressedError) {
    // Closing what was open failed, too; why the start failed comes first.
    return asStartError(error.suppressed, { catalog });
  }
  if (!(error instanceof Error) || error instanceof StartError || isStoreError(error)) {
    return error;
  }
  if (sqliteCodeOf(error) !== undefined) {
    return new StartError(withRemedy(`The catalog ${catalog} cannot be used (${error.message}).`, error), { cause: error });
  }
  return "syscall" in error
    ? new StartError(withRemedy(`A file or folder of the service cannot be used (${error.message}).`, error), { cause: error })
    : error;
}
