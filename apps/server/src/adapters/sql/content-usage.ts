import type { Kysely } from "kysely";
import type { ContentUsage, ImageDisk } from "../../ports/image-catalog.ts";
import type { Tables } from "./tables.ts";

const incoming: ReadonlySet<string> = new Set(["saving", "uploading", "importing"]);
const staging: ReadonlySet<string> = new Set(["uploading", "importing"]);

/** Sums up the images of a project. Memory: four fields of each. */
export async function contentUsage(db: Kysely<Tables>, projectId: string): Promise<ContentUsage> {
  const rows = await db.selectFrom("images").select(["status", "file_bytes", "disks"]).where("project_id", "=", projectId).execute();
  const sums = { storedBytes: 0, stagedBytes: 0, incoming: 0 };
  for (const { status, file_bytes: fileBytes, disks } of rows) {
    sums[staging.has(status) ? "stagedBytes" : "storedBytes"] += fileBytes >= 0 ? fileBytes : dataBytesOf(disks);
    sums.incoming += incoming.has(status) ? 1 : 0;
  }
  return sums;
}

/** The cast reads back what `toColumns` wrote. */
function dataBytesOf(disks: string): number {
  return (JSON.parse(disks) as readonly ImageDisk[]).reduce((sum, { dataBytes }) => sum + dataBytes, 0);
}
