import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeJson } from "../../output/write-result.ts";
import type { ConvertFlags } from "./convert.ts";
import { openDiskFile } from "./open-disk-file.ts";

export async function runConvert(this: CliContext, flags: ConvertFlags, source: string, target: string): Promise<void> {
  const { outputFormat, compress = false } = flags;
  if (compress && outputFormat !== "qcow2") {
    throw new UsageError(`-c compresses qcow2 files; ${outputFormat} has no compression.`);
  }
  const { signal } = this;
  await using disk = await openDiskFile(source, { declaredFormat: flags.format, signal });
  const plan = await convertDisk(disk, { format: outputFormat, target: "file", compression: compress ? "zlib" : "none", signal });
  const progress = startProgress(this, flags);
  try {
    const { lengthBytes } = await writeToFile(plan, target, {
      overwrite: true,
      signal,
      onProgress: (state) => progress.update({ step: "convert", ...state }),
    });
    progress.end();
    if (flags.json) {
      writeJson(this, { file: target, format: outputFormat, virtualSizeBytes: disk.virtualSizeBytes, fileSizeBytes: lengthBytes });
    }
  } finally {
    progress.end();
  }
}
