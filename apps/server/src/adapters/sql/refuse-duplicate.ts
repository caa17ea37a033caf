import type { InsertResult } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";

/** For `onConflict`: inserting nothing, and counting, is the one way of noticing a duplicate that every database words alike. */
export function nothing<Clause>(conflict: { doNothing(): Clause }): Clause {
  return conflict.doNothing();
}

/** Throws  DuplicateError when an insert with `onConflict(nothing)` inserted nothing */
export function refuseDuplicate(result: InsertResult, what: string): void {
  if (result.numInsertedOrUpdatedRows !== 1n) {
    throw new DuplicateError(`There is already ${what}, or one with the same id`);
  }
}
