import { Keys } from "@tintype/client/keys.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import type { CreateFlags } from "./create.ts";
import { writeKey } from "./write-key.ts";

export async function runCreate(this: CliContext, flags: CreateFlags, alias: string): Promise<void> {
  const keys = new Keys(await openSession(this, flags));
  writeKey(this, flags, await keys.create({ alias, description: flags.description }, { signal: this.signal }));
}
