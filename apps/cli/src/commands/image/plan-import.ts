import { basename } from "node:path";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { formatBytes } from "../../output/format-bytes.ts";
import type { ImportFlags } from "./import.ts";
import { lookIntoFile } from "./look-into-file.ts";
import type { LookedInto } from "./look-into-file.ts";

/** What can be said about an import before anything is sent. */
export interface ImportPlan {
  readonly name: string;
  readonly minDiskGiB: number;
  /** True for an installer disc, which is registered as what it is. */
  readonly isDisc: boolean;
  readonly diskFormat: LookedInto["format"];
  /** As `LookedInto` has it. */
  readonly diskBytes: LookedInto["diskBytes"];
}

const GIB = 1024 ** 3;

/**
 * Looks at the file as the server will, so that what it would refuse is refused before a byte is sent, and fills in what can be found out.
 *
 * Throws  DiskError as the server words it; UsageError when the disk is larger than it may be, or what a disc needs is missing
 */
export async function planImport(context: CliContext, flags: ImportFlags, file: string): Promise<ImportPlan> {
  const { format, diskBytes, notes } = await lookIntoFile(context, file);
  const isDisc = format === "iso";
  if (isDisc && (flags.osVersion === undefined || flags.key !== undefined)) {
    throw new UsageError(`${file} is an installer disc (ISO): give --os-version with it, and no --key.`);
  }
  for (const note of notes) {
    context.process.stderr.write(`Note: ${note}\n`);
  }
  const [sizeBytes] = diskBytes;
  const neededGiB = Math.max(1, Math.ceil(sizeBytes / GIB));
  const minDiskGiB = flags.minDisk ?? neededGiB;
  if (minDiskGiB < neededGiB) {
    const size = `${formatBytes(sizeBytes)} (${sizeBytes} bytes)`;
    throw new UsageError(
      `The disk in ${file} has ${size}, which does not fit on ${minDiskGiB} GiB: give --min-disk ${neededGiB} or more, or leave it out.`,
    );
  }
  return { name: flags.name ?? nameFrom(file), minDiskGiB, isDisc, diskFormat: format, diskBytes };
}

/** Makes a name of the file's: without its ending, and without signs that names of images may not have. */
export function nameFrom(file: string): string {
  const name = basename(file)
    .replace(/\.(qcow2?|img|raw|vmdk|vhdx?|qed|vdi|zvhd2?|ova|iso)$/i, "")
    .replace(/[^\p{Script=Han}A-Za-z0-9._ -]/gu, "-")
    .trim();
  return name === "" ? "image" : name.slice(0, 128).trimEnd();
}
