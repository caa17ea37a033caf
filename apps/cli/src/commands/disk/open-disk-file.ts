import { DiskError, isDiskError } from "@tintype/disk/core/disk-error.ts";
import type { DetectedFormat } from "@tintype/disk/core/disk-format.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

/** Opens a disk image of this machine; what is wrong with it is told with its name. The caller closes it. */
export async function openDiskFile(
  path: string,
  options: { readonly declaredFormat?: DetectedFormat | undefined; readonly signal?: AbortSignal } = {},
): Promise<VirtualDisk> {
  try {
    return await openDisk(await openLocalFile(path), options);
  } catch (error) {
    throw isDiskError(error) && !error.message.includes(path) ? withPath(error, path) : error;
  }
}

function withPath(error: DiskError, path: string): DiskError {
  return new DiskError(error.code, `${path}: ${error.message}`, {
    cause: error,
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
  });
}
