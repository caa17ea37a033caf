import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { EmptySource } from "@tintype/disk/source/empty-source.ts";
import type { CliContext } from "../../context.ts";
import { writeJson } from "../../output/write-result.ts";
import type { CreateFlags } from "./create.ts";

export async function runCreate(this: CliContext, flags: CreateFlags, target: string): Promise<void> {
  const { outputFormat: format, size, subformat } = flags;
  await using disk = await openRaw(new EmptySource(size));
  const plan = await convertDisk(disk, { format, subformat, target: "file", signal: this.signal });
  const { lengthBytes } = await writeToFile(plan, target, { signal: this.signal });
  if (flags.json) {
    writeJson(this, { file: target, format, virtualSizeBytes: disk.virtualSizeBytes, fileSizeBytes: lengthBytes });
  } else {
    this.process.stdout.write(`${target}\n`);
  }
}
