import { openSync, writeSync } from "node:fs";
import { isStoreError } from "@tintype/store/store-error.ts";

/** Does something, unless it is refused for one of these reasons; answers whether it was done. */
export type Noting = (what: string, refusals: readonly string[], work: () => Promise<void>) => Promise<boolean>;

/**
 * Before and after everything that a child does it adds a line to a file, which outlives it:
 *
 *   + <number> <verb> [<word> [<word of its content> <word of its key>]]    = <number> (done)    ! <number> (refused, not done)
 */
export function noteOperations(linesPath: string): Noting {
  const lines = openSync(linesPath, "a");
  let operations = 0;
  return async (what, refusals, work) => {
    operations += 1;
    const number = operations;
    writeSync(lines, `+ ${number} ${what}\n`);
    try {
      await work();
    } catch (error) {
      if (isStoreError(error) && refusals.includes(error.code)) {
        writeSync(lines, `! ${number}\n`);
        return false;
      }
      throw error;
    }
    writeSync(lines, `= ${number}\n`);
    return true;
  };
}
