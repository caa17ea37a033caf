import { RecycleBin } from "@tintype/client/recycle-bin.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { DeletedFlags } from "./deleted.ts";

export async function runDeleted(this: CliContext, flags: DeletedFlags): Promise<void> {
  const images = await Array.fromAsync(new RecycleBin(await openSession(this, flags)).list({ signal: this.signal }));
  if (flags.json) {
    writeJson(this, images);
    return;
  }
  const columns = [{ title: "ID" }, { title: "NAME" }, { title: "SIZE", align: "right" }, { title: "DELETED" }, { title: "GOES" }] as const;
  const rows = images.map(({ id, name, sizeBytes, deletedAt, purgeAt }) => [
    id,
    name,
    { text: formatBytes(sizeBytes), raw: String(sizeBytes) },
    deletedAt,
    purgeAt,
  ]);
  writeTable(this, columns, rows);
}
