import { Keys } from "@tintype/client/keys.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import type { ChangeFlags, KeyChange } from "./change.ts";
import { findKey } from "./find-key.ts";
import { writeKey } from "./write-key.ts";

const calls = {
  enable: async (keys, id, options) => keys.enable(id, options),
  disable: async (keys, id, options) => keys.disable(id, options),
  restore: async (keys, id, options) => keys.cancelDeletion(id, options),
  rotate: async (keys, id, options) => keys.rotate(id, options),
} as const satisfies Record<KeyChange, (keys: Keys, id: string, options: { readonly signal: AbortSignal }) => Promise<unknown>>;

/** Changes a key and prints it as it is then. */
export function runChange(change: KeyChange) {
  return async function run(this: CliContext, flags: ChangeFlags, idOrAlias: string): Promise<void> {
    const keys = new Keys(await openSession(this, flags));
    const { id } = await findKey(keys, idOrAlias, this.signal);
    await calls[change](keys, id, { signal: this.signal });
    writeKey(this, flags, await keys.get(id, { signal: this.signal }));
  };
}
