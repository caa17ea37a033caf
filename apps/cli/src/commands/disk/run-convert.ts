import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { ConvertOptions } from "@tintype/disk/convert/convert-disk.ts";
import { planners } from "@tintype/disk/formats/planners.table.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { startProgress } from "../../output/start-progress.ts";
import { writeJson } from "../../output/write-result.ts";
import type { ConvertFlags } from "./convert.ts";
import { openDiskFile } from "./open-disk-file.ts";
import { checkShape, shapeDisk } from "./shape-disk.ts";

export async function runConvert(this: CliContext, flags: ConvertFlags, source: string, target: string): Promise<void> {
  const { outputFormat, compress = false, compression, subformat } = flags;
  if (compress && compression !== undefined) {
    throw new UsageError("-c means --compression zlib: give one of them.");
  }
  if (flags.json && target === "-") {
    throw new UsageError("The file and the JSON would both go to standard output: leave one of them out.");
  }
  const choices = planners[outputFormat];
  const wanted = compress ? "zlib" : compression;
  if (wanted !== undefined && !choices.compressions.includes(wanted)) {
    throw new UsageError(`${outputFormat} cannot be compressed with ${wanted}: there is ${choices.compressions.join(", ")}.`);
  }
  if (subformat !== undefined && !choices.subformats.includes(subformat)) {
    throw new UsageError(`${outputFormat} has no kind "${subformat}": there is ${choices.subformats.join(", ") || "only one"}.`);
  }
  checkShape(flags);
  const { signal } = this;
  const { disk: whole } = await openDiskFile(source, this, flags);
  await using disk = await shapeDisk(whole, flags, { signal });
  const options: ConvertOptions = {
    format: outputFormat,
    target: target === "-" ? "stream" : "file",
    compression: wanted,
    subformat,
    signal,
  };
  const plan = await convertDisk(disk, options);
  const progress = startProgress(this, flags);
  const writing = {
    signal,
    onProgress: (state: { doneBytes: number; totalBytes: number }) => progress.update({ step: "convert", ...state }),
  };
  try {
    if (target === "-") {
      for await (const bytes of toStream(plan, writing)) {
        await this.writeBytes(bytes);
      }
      return;
    }
    const { lengthBytes } = await writeToFile(plan, target, { ...writing, overwrite: true });
    progress.end();
    if (flags.json) {
      writeJson(this, { file: target, format: outputFormat, virtualSizeBytes: disk.virtualSizeBytes, fileSizeBytes: lengthBytes });
    }
  } finally {
    progress.end();
  }
}
