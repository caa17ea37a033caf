import type { ByteSource } from "../core/byte-source.ts";
import type { DiskError } from "../core/disk-error.ts";
import type { DetectedFormat } from "../core/disk-format.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { detectFormat } from "../detect/detect-format.ts";
import { openDisk } from "../detect/open-disk.ts";
import { borrowed } from "./borrowed-source.ts";
import type { CheckOptions, CheckReport } from "./check-report.ts";
import { checkStructure } from "./check-structure.ts";
import { FaultList, isRefusal } from "./fault-list.ts";
import { readAllData } from "./read-all-data.ts";
import type { StructureCheck } from "./structure-check.ts";
import { walkMap } from "./walk-map.ts";

/**
 * Checks a disk image: whether it opens, whether its tables hold together, and, when asked, whether all its data can be read. What is wrong
 * with the image is told, never thrown. The source and what the options bring are closed in the end.
 *
 * Memory  what the disk needs; `checkQcow2`, `checkPlaces`, `checkManifest`; 8 MiB for reading data
 * Throws  disk.io (the medium fails), the signal's reason
 */
export async function checkDisk(source: ByteSource, options: CheckOptions = {}): Promise<CheckReport> {
  await using file = source;
  const faults = new FaultList();
  const opened = await orRefusal(openDisk(borrowed(file), options));
  await using disk = "value" in opened ? opened.value : undefined;
  const format = await detectedFormat(file, options);
  const hasStructure = "value" in opened ? opened.value.format === format : isDamage(opened.refusal);
  const structure: StructureCheck =
    format !== undefined && hasStructure ? await checkStructure(file, format, { faults, options }) : { warnings: [], facts: {} };
  // What the structure's own check found says more of the same.
  if ("refusal" in opened && faults.errors === 0) {
    faults.addRefusal(opened.refusal);
  }
  const content = disk === undefined ? { checkedBytes: 0, facts: {} } : await checkContent(disk, faults, options);
  const manifest = format === "ova" ? await checkManifestOf(file, faults, options) : { warnings: [], facts: {} };
  const { leakedBytes } = structure;
  return {
    format: disk?.format ?? format,
    faults: faults.faults,
    omittedFaults: faults.omitted,
    warnings: [...(disk?.warnings ?? []), ...structure.warnings, ...manifest.warnings],
    checkedBytes: content.checkedBytes,
    ...(leakedBytes === undefined ? {} : { leakedBytes }),
    facts: { ...structure.facts, ...content.facts, ...manifest.facts },
  };
}

type Outcome<T> = { readonly value: T } | { readonly refusal: DiskError };

async function orRefusal<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work };
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    return { refusal: error };
  }
}

async function detectedFormat(source: ByteSource, options: CheckOptions): Promise<DetectedFormat | undefined> {
  const detection = await orRefusal(detectFormat(source, options));
  return "value" in detection ? detection.value.format : undefined;
}

/** Tells a damaged file from one that is sound and not wanted. */
function isDamage({ code }: DiskError): boolean {
  return code === "disk.corrupt" || code === "disk.truncated" || code === "disk.limit";
}

/** The manifest of an archive says more of its bytes than any table inside. An archive whose list cannot be read has been reported already. */
async function checkManifestOf(source: ByteSource, faults: FaultList, options: CheckOptions): Promise<StructureCheck> {
  const { checkManifest } = await import("./ova/check-manifest.ts");
  const checked = await orRefusal(checkManifest(source, faults, options));
  return "value" in checked ? checked.value : { warnings: [], facts: {} };
}

async function checkContent(
  disk: VirtualDisk,
  faults: FaultList,
  options: CheckOptions,
): Promise<Pick<CheckReport, "checkedBytes" | "facts">> {
  const walked = await walkMap(disk, faults, options);
  const facts = { diskBytes: disk.virtualSizeBytes, dataBytes: walked.dataBytes };
  if (options.readData !== true) {
    return { checkedBytes: walked.checkedBytes, facts };
  }
  const readBytes = await readAllData(disk, walked, faults, options);
  return { checkedBytes: walked.checkedBytes, facts: { ...facts, readBytes } };
}
