import type { Image } from "@tintype/client/image.ts";
import { Images } from "@tintype/client/images.ts";
import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import type { Cell } from "../../output/table.ts";
import { take } from "../../output/take.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import type { ListFlags } from "./list.ts";

const columns = [
  { title: "ID" },
  { title: "NAME" },
  { title: "STATUS" },
  { title: "SIZE", align: "right" },
  { title: "MIN DISK", align: "right" },
  { title: "OS" },
  { title: "CREATED" },
] as const;

export async function runList(this: CliContext, flags: ListFlags): Promise<void> {
  const images = new Images(await openSession(this, flags));
  const found = await take(images.list({ name: flags.name, status: flags.status }, { signal: this.signal }), flags.limit);
  if (flags.json) {
    writeJson(this, found);
  } else {
    writeTable(this, columns, found.map(rowOf));
  }
}

function rowOf(image: Image): readonly Cell[] {
  return [
    image.id,
    image.name,
    image.status,
    { text: formatBytes(image.sizeBytes), raw: String(image.sizeBytes) },
    { text: `${image.minDiskGiB} GiB`, raw: String(image.minDiskGiB) },
    image.osVersion,
    image.createdAt,
  ];
}
