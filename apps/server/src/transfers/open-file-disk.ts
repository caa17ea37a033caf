import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { importFormats } from "@tintype/contract/ims/import-formats.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { openOva } from "@tintype/disk/ova/open-ova.ts";
import type { Ova } from "@tintype/disk/ova/open-ova.ts";
import { openObject } from "../buckets/open-object.ts";
import type { OpenedObject } from "../buckets/open-object.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { FileLocation } from "./file-location.ts";
import { fileRefused } from "./transfer-error.ts";

/** An image file in a bucket, open as the disk that is in it. */
export interface FileDisk extends AsyncDisposable {
  readonly object: OpenedObject["object"];
  readonly disk: VirtualDisk;
}

/** An appliance in a bucket, open. */
export interface FileArchive extends AsyncDisposable {
  readonly object: OpenedObject["object"];
  readonly ova: Ova;
}

/** Whose file. */
type OwnedFile = FileLocation & { readonly projectId: ProjectId };

/** Which disk of a file, and what is known of it. */
export interface OpenFileOptions {
  readonly declaredFormat?: DiskFormat;
  /** The id of one disk of an OVA. */
  readonly member?: string | undefined;
  readonly signal: AbortSignal;
}

/** What can be opened by content: disks, and installer discs, which further rules judge. */
const openable = [...importFormats, "iso"] as const;

/**
 * Opens a file by its content.
 *
 * Throws  IMG.0121 when the file is gone, IMG.0057 when its content is refused or is not the declared format
 */
export async function openFileDisk(
  deps: Parameters<typeof openObject>[0],
  file: OwnedFile,
  { declaredFormat, member, signal }: OpenFileOptions,
): Promise<FileDisk> {
  try {
    const { object, source } = await openObject(deps, addressOf(file));
    // A disk of an archive has its own format; what is declared then is that it is in one.
    const kind = member === undefined ? { declaredFormat, accept: openable } : { declaredFormat: "ova" as const, accept: ["ova" as const] };
    const disk = await openDisk(source, { ...kind, member, signal });
    return { object, disk, [Symbol.asyncDispose]: async () => disk[Symbol.asyncDispose]() };
  } catch (error) {
    throw fileRefused(file, error);
  }
}

/**
 * Opens a file as an appliance.
 *
 * Throws  IMG.0121 when the file is gone, IMG.0057 when its content is no OVA or is refused
 */
export async function openFileArchive(
  deps: Parameters<typeof openObject>[0],
  file: OwnedFile,
  options: { readonly signal: AbortSignal },
): Promise<FileArchive> {
  try {
    const { object, source } = await openObject(deps, addressOf(file));
    const ova = await openOva(source, options);
    return { object, ova, [Symbol.asyncDispose]: async () => ova[Symbol.asyncDispose]() };
  } catch (error) {
    throw fileRefused(file, error);
  }
}

function addressOf({ projectId, bucket, key }: OwnedFile): OwnedFile {
  return { projectId, bucket, key };
}
