import type { CliContext } from "../../context.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import type { Cell } from "../../output/table.ts";
import { writeFields, writeJson } from "../../output/write-result.ts";
import { openDiskFile } from "./open-disk-file.ts";
import type { SourceFlags } from "./source-flags.ts";

export async function runInfo(this: CliContext, flags: CommonFlags & SourceFlags, file: string): Promise<void> {
  const opened = await openDiskFile(file, this, flags);
  await using disk = opened.disk;
  let allocatedBytes = 0;
  for await (const extent of disk.extents({ signal: this.signal })) {
    allocatedBytes += extent.kind === "data" ? extent.length : 0;
  }
  const { format, virtualSizeBytes, sectorSizeBytes, details, warnings } = disk;
  const fileSizeBytes = opened.fileBytes;
  if (flags.json) {
    writeJson(this, { file, format, virtualSizeBytes, allocatedBytes, fileSizeBytes, sectorSizeBytes, details, warnings });
    return;
  }
  writeFields(this, [
    ["file", file],
    ["format", format],
    ["virtual size", bytesCell(virtualSizeBytes)],
    ["allocated", bytesCell(allocatedBytes)],
    ["file size", bytesCell(fileSizeBytes)],
    ...Object.entries(details).map(([name, value]) => [name, String(value)] as const),
    ...warnings.map(({ message }) => ["warning", message] as const),
  ]);
}

function bytesCell(bytes: number): Cell {
  return { text: `${formatBytes(bytes)} (${bytes} bytes)`, raw: String(bytes) };
}
