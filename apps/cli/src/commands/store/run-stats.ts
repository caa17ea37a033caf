import type { CliContext } from "../../context.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import { writeFields, writeJson, writeTable } from "../../output/write-result.ts";
import { openUpkeep } from "./open-upkeep.ts";
import type { StoreFlags } from "./store-flags.ts";

const columns = [
  { title: "PROJECT" },
  { title: "IMAGES", align: "right" },
  { title: "LOGICAL", align: "right" },
  { title: "STORED", align: "right" },
  { title: "UNIQUE", align: "right" },
] as const;

export async function runStats(this: CliContext, flags: StoreFlags): Promise<void> {
  await using upkeep = await openUpkeep(this, flags);
  const stats = await upkeep.stats();
  if (flags.json) {
    writeJson(this, stats);
    return;
  }
  writeFields(this, [
    ["images", String(stats.images)],
    ["contents", String(stats.blobs)],
    ["logical", formatBytes(stats.logicalBytes)],
    ["stored", formatBytes(stats.storedBytes)],
    ["in use", formatBytes(stats.uniqueBytes)],
    ["chunks", String(stats.chunks)],
    ["packs", String(stats.packs)],
  ]);
  if (stats.projects.length > 0) {
    this.process.stdout.write("\n");
    const rows = stats.projects.map((project) => [
      project.projectId === "" ? "(none)" : project.projectId,
      String(project.images),
      formatBytes(project.logicalBytes),
      formatBytes(project.storedBytes),
      formatBytes(project.uniqueBytes),
    ]);
    writeTable(this, columns, rows);
  }
}
