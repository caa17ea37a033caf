import { basename, extname } from "node:path";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import { importFormats } from "@tintype/contract/ims/import-formats.ts";
import { openDiskFile } from "../disk/open-disk-file.ts";
import type { ImportFlags } from "./import.ts";

/** What can be said about an import before anything is sent. */
export interface ImportPlan {
  readonly name: string;
  readonly minDiskGiB: number;
}

const GIB = 1024 ** 3;

/**
 * Looks at the file as the server will, so that what it would refuse is refused before a byte is sent, and fills in what can be found out.
 *
 * Throws  DiskError as the server words it; UsageError when the disk is larger than it may be
 */
export async function planImport(context: CliContext, flags: ImportFlags, file: string): Promise<ImportPlan> {
  await using disk = (await openDiskFile(file, context, { accept: importFormats })).disk;
  const notes = [...otherThanNamed(file, disk.format), ...disk.warnings.map(({ message }) => message)];
  for (const note of notes) {
    context.process.stderr.write(`Note: ${note}\n`);
  }
  const neededGiB = Math.max(1, Math.ceil(disk.virtualSizeBytes / GIB));
  const minDiskGiB = flags.minDisk ?? neededGiB;
  if (minDiskGiB < neededGiB) {
    const size = `${formatBytes(disk.virtualSizeBytes)} (${disk.virtualSizeBytes} bytes)`;
    throw new UsageError(
      `The disk in ${file} has ${size}, which does not fit on ${minDiskGiB} GiB: give --min-disk ${neededGiB} or more, or leave it out.`,
    );
  }
  return { name: flags.name ?? nameFrom(file), minDiskGiB };
}

/** Names lie, and content decides: it is said where the two differ, because a damaged file may look like a raw disk. */
function otherThanNamed(file: string, format: DiskFormat): readonly string[] {
  const ending = extname(file).slice(1).toLowerCase();
  const named = importFormats.find((candidate) => candidate === ending);
  return named === undefined || named === format ? [] : [`${file} is called .${ending}, and by its content it is ${format}.`];
}

/** Makes a name of the file's: without its ending, and without signs that names of images may not have. */
export function nameFrom(file: string): string {
  const name = basename(file)
    .replace(/\.(qcow2?|img|raw|vmdk|vhdx?|qed|vdi|zvhd2?)$/i, "")
    .replace(/[^\p{Script=Han}A-Za-z0-9._ -]/gu, "-")
    .trim();
  return name === "" ? "image" : name.slice(0, 128).trimEnd();
}
