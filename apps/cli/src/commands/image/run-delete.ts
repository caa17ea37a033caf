import type { Image } from "@tintype/client/image.ts";
import { Images } from "@tintype/client/images.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError } from "../../errors/command-errors.ts";
import { plainText } from "../../output/plain-text.ts";
import { writeJson } from "../../output/write-result.ts";
import type { DeleteFlags } from "./delete.ts";
import { findImage } from "./find-image.ts";

export async function runDelete(this: CliContext, flags: DeleteFlags, ...idsOrNames: readonly string[]): Promise<void> {
  const images = new Images(await openSession(this, flags));
  // All are looked up before the first is gone, so that a typing error costs none of them.
  const chosen: Image[] = [];
  for (const idOrName of idsOrNames) {
    chosen.push(await findImage(images, idOrName, this.signal));
  }
  if (!flags.yes && this.terminal.stdinIsTty) {
    await confirm(this, chosen);
  }
  for (const { id } of chosen) {
    await images.delete(id, { signal: this.signal });
    if (!flags.json) {
      this.process.stdout.write(`${id}\n`);
    }
  }
  if (flags.json) {
    writeJson(
      this,
      chosen.map(({ id }) => ({ id })),
    );
  }
}

async function confirm(context: CliContext, chosen: readonly Image[]): Promise<void> {
  const list = chosen.map(({ name, id }) => `  ${plainText(name)} (${id})\n`).join("");
  const answer = await context.ask(`To be deleted, for good:\n${list}Delete? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new CancelledError("Nothing was deleted.");
  }
}
