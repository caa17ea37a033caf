import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { checkRules } from "../images/check-rules.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import type { Limits } from "../quotas/limits.ts";
import { dataBytesOf } from "./data-bytes-of.ts";
import { contentRules } from "./import-rules.table.ts";
import type { ImportPart, ImportWork } from "./import-work.ts";
import { openFileArchive, openFileDisk } from "./open-file-disk.ts";
import type { OsRecogniser, RecognisedOs } from "./recognise-os.ts";
import { fileRefused } from "./transfer-error.ts";

/** A disk that was found in a file, and the image that it becomes. */
export type FileFacts = ImportPart & {
  /** Decided by content; from here on it is declared, never guessed again. */
  readonly format: DiskFormat;
  readonly virtualSizeBytes: number;
  /** Of the object that was looked at. */
  readonly etag: string;
  /** The disk's id in the archive that the file is. */
  readonly member?: string;
  readonly os?: RecognisedOs;
};

/** What looking into files needs. */
export interface InspectDeps extends Pick<Parameters<typeof openFileDisk>[0], "catalog" | "store"> {
  readonly recogniseOs: OsRecogniser;
  readonly limits: Limits;
}

/**
 * Finds out what the files of an import are, and whether their disks fit what was asked for. Files that are taken as they are, and discs,
 * are not looked into for a system.
 *
 * Throws  IMG.0121, IMG.0057 (see `openFileDisk`); the rules for content; IMG.0194 for an archive with too many disks
 */
export async function inspectFiles(
  deps: InspectDeps,
  work: ImportWork,
  { signal }: { readonly signal: AbortSignal },
): Promise<FileFacts[]> {
  const [first] = work.parts;
  if (work.isArchive && first !== undefined) {
    return await inspectArchive(deps, { ...work, first }, signal);
  }
  const facts: FileFacts[] = [];
  for (const part of work.parts) {
    await using file = await openFileDisk(deps, { ...part, projectId: work.projectId }, { signal });
    facts.push({ ...(await inspectDisk(deps, { part, disk: file.disk }, signal)), etag: file.object.etag });
  }
  return facts;
}

/** The first disk is that of the system image; for the others there are spare names. They inherit what was asked for the first. */
async function inspectArchive(
  deps: InspectDeps,
  { first, spares, projectId }: ImportWork & { readonly first: ImportPart },
  signal: AbortSignal,
): Promise<FileFacts[]> {
  await using file = await openFileArchive(deps, { ...first, projectId }, { signal });
  const { disks } = file.ova;
  if (disks.length > 1 + spares.length) {
    throw new ServiceError("IMG.0194", { count: disks.length - 1, limit: spares.length });
  }
  const facts: FileFacts[] = [];
  for (const [index, entry] of disks.entries()) {
    await using disk = await fileOpened(first, () => entry.open());
    const names = spares[index - 1];
    const part: ImportPart =
      names === undefined
        ? first
        : { ...first, ...names, kind: "data", imageName: `${first.imageName}-data${index}`, minDiskGiB: roomFor(disk) };
    facts.push({ ...(await inspectDisk(deps, { part, disk }, signal)), etag: file.object.etag, member: entry.id });
  }
  return facts;
}

async function fileOpened<T>(location: ImportPart, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw fileRefused(location, error);
  }
}

function roomFor({ virtualSizeBytes }: VirtualDisk): number {
  return Math.max(1, Math.ceil(virtualSizeBytes / bytesPerGiB));
}

async function inspectDisk(
  { recogniseOs, limits }: InspectDeps,
  { part, disk }: { readonly part: ImportPart; readonly disk: VirtualDisk },
  signal: AbortSignal,
): Promise<Omit<FileFacts, "etag">> {
  const { format, virtualSizeBytes } = disk;
  const { bucket, key } = part;
  const mayHoldTooMuch = part.kind === "data" && virtualSizeBytes >= limits.imports.maxDataStoredGiB * bytesPerGiB;
  const dataBytes = mayHoldTooMuch ? await fileOpened(part, () => dataBytesOf(disk, signal)) : undefined;
  checkRules(contentRules, { ...part, location: { bucket, key }, format, virtualSizeBytes, dataBytes, limits });
  const isLookedInto = (part.way === "normal" || part.way === "native") && part.kind !== "data" && format !== "iso";
  const os = isLookedInto ? await fileOpened(part, () => recogniseOs(disk, { signal })) : undefined;
  return { ...part, format, virtualSizeBytes, ...(os !== undefined && { os }) };
}
