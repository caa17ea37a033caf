import type { CliContext } from "../../context.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeFields, writeJson } from "../../output/write-result.ts";
import type { GcFlags } from "./gc.ts";
import { openUpkeep } from "./open-upkeep.ts";

export async function runGc(this: CliContext, flags: GcFlags): Promise<void> {
  await using upkeep = await openUpkeep(this, flags);
  const progress = startProgress(this, flags);
  const { dryRun = false, grace } = flags;
  const request = { dryRun, ...(grace !== undefined && { graceSeconds: grace }) };
  const report = await upkeep.collect(request, progress).finally(() => progress.end());
  if (flags.json) {
    writeJson(this, report);
    return;
  }
  const would = report.dryRun ? "would be " : "";
  writeFields(this, [
    ["chunks not in use", `${report.deadChunks} (${formatBytes(report.deadBytes)})`],
    [`packs ${would}condemned`, String(report.condemnedPacks)],
    [`packs ${would}removed`, String(report.removedPacks)],
    [`packs ${would}compacted`, String(report.compactedPacks)],
    [`${would}freed`, formatBytes(report.freedBytes)],
  ]);
  for (const { store, deadBytes, freedBytes } of report.stores ?? []) {
    this.process.stdout.write(`${store}: ${formatBytes(deadBytes)} not in use, ${formatBytes(freedBytes)} ${would}freed\n`);
  }
  for (const { pack, reason } of report.damagedPacks) {
    this.process.stderr.write(`Pack ${pack} stays: ${reason}. "tintype store verify --read" tells more.\n`);
  }
}
