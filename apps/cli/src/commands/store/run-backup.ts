import type { CliContext } from "../../context.ts";
import { writeJson } from "../../output/write-result.ts";
import { openUpkeep } from "./open-upkeep.ts";
import type { StoreFlags } from "./store-flags.ts";

export async function runBackup(this: CliContext, flags: StoreFlags): Promise<void> {
  await using upkeep = await openUpkeep(this, flags);
  const place = await upkeep.backUp();
  if (flags.json) {
    writeJson(this, { place });
  } else {
    this.process.stdout.write(`${place}\n`);
  }
}
