import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { importFormats } from "@tintype/contract/ims/import-formats.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
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

/**
 * Opens a file by its content.
 *
 * Throws  IMG.0121 when the file is gone, IMG.0057 when its content is refused or is not the declared format
 */
export async function openFileDisk(
  deps: Parameters<typeof openObject>[0],
  file: FileLocation & { readonly projectId: ProjectId },
  options: { readonly declaredFormat?: DiskFormat; readonly signal: AbortSignal },
): Promise<FileDisk> {
  try {
    const { projectId, bucket, key } = file;
    const { object, source } = await openObject(deps, { projectId, bucket, key });
    const disk = await openDisk(source, { ...options, accept: importFormats });
    return { object, disk, [Symbol.asyncDispose]: async () => disk[Symbol.asyncDispose]() };
  } catch (error) {
    throw fileRefused(file, error);
  }
}
