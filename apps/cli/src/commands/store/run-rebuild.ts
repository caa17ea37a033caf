import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { plainText } from "../../output/plain-text.ts";
import { writeFields, writeJson } from "../../output/write-result.ts";
import type { RebuildFlags } from "./rebuild.ts";
import { settingsOf } from "./store-flags.ts";

export async function runRebuild(this: CliContext, flags: RebuildFlags): Promise<void> {
  const { openUpkeep } = await import("@tintype/server/open-upkeep.ts");
  const opened = await openUpkeep({ argv: settingsOf(flags), env: this.env, forRebuild: true });
  if ("heldDataDir" in opened) {
    throw new UsageError("A server holds the data folder. Stop it first: a catalog cannot be rebuilt while it is in use.");
  }
  await using folder = opened;
  const report = await folder.rebuild({ signal: this.signal });
  if (flags.json) {
    writeJson(this, report);
    return;
  }
  writeFields(this, [
    ["images made anew", String(report.addedImages)],
    ["images left as they are", String(report.keptImages)],
    ["images found in other stores", String(report.correctedStores)],
    ["contents of no image", String(report.otherBlobs)],
    ["manifests that cannot be used", String(report.unreadable.length)],
  ]);
  for (const reason of report.unreadable) {
    this.process.stdout.write(`${plainText(reason)}\n`);
  }
}
