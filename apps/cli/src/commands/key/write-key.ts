import type { Key } from "@tintype/client/keys.ts";
import type { CliContext } from "../../context.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { writeFields, writeJson } from "../../output/write-result.ts";

/** Prints a key. */
export function writeKey(context: CliContext, flags: CommonFlags, key: Key): void {
  if (flags.json) {
    writeJson(context, key);
    return;
  }
  const { id, alias, description, state, createdAt, deleteAt } = key;
  writeFields(context, [
    ["id", id],
    ["alias", alias],
    ["description", description],
    ["state", state],
    ["created", createdAt],
    ...(deleteAt === undefined ? [] : ([["deleted at", deleteAt]] as const)),
  ]);
}
