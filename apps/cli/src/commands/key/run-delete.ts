import { Keys } from "@tintype/client/keys.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError } from "../../errors/command-errors.ts";
import { plainText } from "../../output/plain-text.ts";
import type { DeleteFlags } from "./delete.ts";
import { findKey } from "./find-key.ts";
import { writeKey } from "./write-key.ts";

const defaultDays = 30;

export async function runDelete(this: CliContext, flags: DeleteFlags, idOrAlias: string): Promise<void> {
  const keys = new Keys(await openSession(this, flags));
  const key = await findKey(keys, idOrAlias, this.signal);
  const days = flags.days ?? defaultDays;
  if (!flags.yes && this.terminal.stdinIsTty) {
    const what = `${plainText(key.alias)} (${key.id})`;
    const answer = await this.ask(
      `In ${days} days ${what} is gone, and with it every image that it encrypts; from now on they cannot be read. Delete? [y/N] `,
    );
    if (!/^y(es)?$/i.test(answer.trim())) {
      throw new CancelledError("Nothing was changed.");
    }
  }
  await keys.scheduleDeletion(key.id, days, { signal: this.signal });
  writeKey(this, flags, await keys.get(key.id, { signal: this.signal }));
}
