import type { Extent } from "@tintype/disk/core/byte-source.ts";
import type { CliContext } from "../../context.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { writeJson, writeTable } from "../../output/write-result.ts";
import { openDiskFile } from "./open-disk-file.ts";
import type { SourceFlags } from "./source-flags.ts";

const columns = [{ title: "OFFSET", align: "right" }, { title: "LENGTH", align: "right" }, { title: "KIND" }] as const;

export async function runMap(this: CliContext, flags: CommonFlags & SourceFlags, file: string): Promise<void> {
  await using disk = (await openDiskFile(file, this, flags)).disk;
  const extents = await mergeNeighbours(disk.extents({ signal: this.signal }));
  if (flags.json) {
    writeJson(this, extents);
  } else {
    const rows = extents.map(({ offset, length, kind }) => [String(offset), String(length), kind]);
    writeTable(this, columns, rows);
  }
}

async function mergeNeighbours(extents: AsyncIterable<Extent>): Promise<readonly Extent[]> {
  const merged: Extent[] = [];
  for await (const { offset, length, kind } of extents) {
    const last = merged.at(-1);
    if (last?.kind === kind) {
      merged[merged.length - 1] = { ...last, length: last.length + length };
    } else {
      merged.push({ offset, length, kind });
    }
  }
  return merged;
}
