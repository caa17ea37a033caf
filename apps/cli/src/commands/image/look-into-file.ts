import { extname } from "node:path";
import { fileFormats } from "@tintype/contract/ims/import-formats.ts";
import { isDiskError } from "@tintype/disk/core/disk-error.ts";
import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import type { DiskWarning } from "@tintype/disk/core/virtual-disk.ts";
import { detectFormat } from "@tintype/disk/detect/detect-format.ts";
import type { CliContext } from "../../context.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { openDiskFile, withPlace } from "../disk/open-disk-file.ts";
import { openSource } from "../disk/open-source.ts";

/** What a file is that images shall be made of. */
export interface LookedInto {
  readonly format: DetectedFormat;
  /** Of each disk, in bytes: the one that a machine starts from first. One, unless the file is an appliance. */
  readonly diskBytes: readonly [number, ...number[]];
  /** What its maker should know, for people. */
  readonly notes: readonly string[];
}

/**
 * Opens a file as the server will, to find out what it is.
 *
 * Throws  UsageError, DiskError as the server words it, with the file's name
 */
export async function lookIntoFile(context: CliContext, file: string): Promise<LookedInto> {
  requireLocalFile(file);
  const found = (await isAppliance(context, file)) ? await lookIntoAppliance(context, file) : await lookIntoDisk(context, file);
  return { ...found, notes: [...asNamed(file, found.format), ...found.notes] };
}

/** Addresses and images of the server can be read like files, and are not sent. Throws  UsageError */
export function requireLocalFile(file: string): void {
  if (/^([a-z0-9]+:\/\/|image:)/i.test(file) || file === "-") {
    throw new UsageError(`${file} is no file of this machine. "tintype disk convert" makes one of it.`);
  }
}

async function isAppliance(context: CliContext, file: string): Promise<boolean> {
  return await named(file, async () => {
    await using source = await openSource(file, context);
    return (await detectFormat(source, context)).format === "ova";
  });
}

async function lookIntoDisk(context: CliContext, file: string): Promise<LookedInto> {
  await using disk = (await openDiskFile(file, context, { accept: fileFormats })).disk;
  return { format: disk.format, diskBytes: [disk.virtualSizeBytes], notes: sentencesOf(disk.warnings) };
}

async function lookIntoAppliance(context: CliContext, file: string): Promise<LookedInto> {
  const { openOva } = await import("@tintype/disk/ova/open-ova.ts");
  return await named(file, async () => {
    await using ova = await openOva(await openSource(file, context), context);
    const sizes: number[] = [];
    const warnings = [...ova.warnings];
    for (const entry of ova.disks) {
      await using disk = await entry.open();
      sizes.push(disk.virtualSizeBytes);
      warnings.push(...disk.warnings);
    }
    const [first = 0, ...others] = sizes;
    const several =
      others.length === 0 ? [] : [`${file} is an appliance of ${sizes.length} disks; each further one becomes a data image of its own.`];
    return { format: "ova", diskBytes: [first, ...others], notes: [...several, ...sentencesOf(warnings)] };
  });
}

function sentencesOf(warnings: readonly DiskWarning[]): readonly string[] {
  return warnings.map(({ message }) => message);
}

async function named<T>(file: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw isDiskError(error) && !error.message.includes(file) ? withPlace(error, file) : error;
  }
}

/** Names lie, and content decides: it is said where the two differ, because a damaged file may look like a raw disk, and anything may. */
function asNamed(file: string, format: DetectedFormat): readonly string[] {
  const ending = extname(file).slice(1).toLowerCase();
  if (fileFormats.some((candidate) => candidate === ending)) {
    return ending === format ? [] : [`${file} is called .${ending}, and by its content it is ${format}.`];
  }
  return rawNote(file, format);
}

/** Says that a file's content was like no disk image that is known. */
export function rawNote(file: string, format: DetectedFormat): readonly string[] {
  return format === "raw" ? [`No disk format was recognised in ${file}: it is taken as a raw disk.`] : [];
}
