import type { Image } from "@tintype/client/image.ts";
import { Images } from "@tintype/client/images.ts";
import { Store } from "@tintype/client/store.ts";
import type { ImageWeight } from "@tintype/contract/api/store.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { CancelledError } from "../../errors/command-errors.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import { plainText } from "../../output/plain-text.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { DeleteFlags } from "./delete.ts";
import { findImage } from "./find-image.ts";

export async function runDelete(this: CliContext, flags: DeleteFlags, ...idsOrNames: readonly string[]): Promise<void> {
  const session = await openSession(this, flags);
  const images = new Images(session);
  // All are looked up before the first is gone, so that a typing error costs none of them.
  const chosen: Image[] = [];
  for (const idOrName of idsOrNames) {
    chosen.push(await findImage(images, idOrName, this.signal));
  }
  if (flags.dryRun === true) {
    await preview(this, flags, { store: new Store(session), chosen });
    return;
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

/** Each image for itself: what several share comes back only when all of them are gone. */
async function preview(
  context: CliContext,
  flags: DeleteFlags,
  { store, chosen }: { readonly store: Store; readonly chosen: readonly Image[] },
): Promise<void> {
  const weights: ImageWeight[] = [];
  for (const { id } of chosen) {
    weights.push(await store.weigh(id, { signal: context.signal }));
  }
  if (flags.json) {
    writeJson(context, weights);
    return;
  }
  const columns = [{ title: "ID" }, { title: "NAME" }, { title: "STORED", align: "right" }, { title: "FREES", align: "right" }] as const;
  const rows = weights.map(({ imageId, storedBytes, uniqueBytes }, number) => [
    imageId,
    chosen[number]?.name ?? "",
    formatBytes(storedBytes),
    formatBytes(uniqueBytes),
  ]);
  writeTable(context, columns, rows);
}

async function confirm(context: CliContext, chosen: readonly Image[]): Promise<void> {
  const list = chosen.map(({ name, id }) => `  ${plainText(name)} (${id})\n`).join("");
  const answer = await context.ask(`To be deleted, for good:\n${list}Delete? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new CancelledError("Nothing was deleted.");
  }
}
