import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "@tintype/store/folder/is-missing.ts";
import { Type } from "typebox";
import type { Static } from "typebox";
import { Value } from "typebox/value";

const Count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

/** What a cache knows besides its files: which images are wanted, and how its files were read. */
const CacheState = Type.Object({
  queue: Type.Array(Type.String()),
  reads: Type.Record(Type.String(), Type.Object({ hits: Count, readAt: Count })),
});
export type CacheState = Static<typeof CacheState>;

/** Where the state lies. */
export function statePath(dir: string): string {
  return join(dir, "state.json");
}

/** Reads the state. What is not there, or not readable any more, is nothing: none of it is worth a start that fails. */
export async function readState(path: string): Promise<CacheState> {
  try {
    const state: unknown = JSON.parse(await readFile(path, "utf8"));
    return Value.Check(CacheState, state) ? state : { queue: [], reads: {} };
  } catch (error) {
    if (isMissing(error) || error instanceof SyntaxError) {
      return { queue: [], reads: {} };
    }
    throw error;
  }
}

/** Writes the state, flushed, whole or not at all. */
export async function writeState(path: string, state: CacheState): Promise<void> {
  const temporary = `${path}.new`;
  {
    await using file = await open(temporary, "w", 0o600);
    await file.writeFile(JSON.stringify(state));
    await file.sync();
  }
  await rename(temporary, path);
}
