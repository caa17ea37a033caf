import type { StoreStats } from "@tintype/contract/api/store.ts";
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

const storeColumns = [
  { title: "STORE" },
  { title: "WEIGHT", align: "right" },
  { title: "CONTENTS", align: "right" },
  { title: "LOGICAL", align: "right" },
  { title: "STORED", align: "right" },
  { title: "IN USE", align: "right" },
  { title: "PLACE" },
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
  writeStores(this, stats);
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

function writeStores(context: CliContext, { stores = [] }: StoreStats): void {
  if (stores.length > 0) {
    context.process.stdout.write("\n");
    const rows = stores.map((one) => [
      one.isDefault ? `${one.store} (default)` : one.store,
      String(one.weight),
      String(one.blobs),
      formatBytes(one.logicalBytes),
      formatBytes(one.storedBytes),
      formatBytes(one.uniqueBytes),
      one.place,
    ]);
    writeTable(context, storeColumns, rows);
  }
}
