import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DiskFormat } from "@tintype/disk/core/disk-format.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import type { ImportWork } from "./import-work.ts";
import { openFileDisk } from "./open-file-disk.ts";

/** What was found out about a file. */
export type FileFacts = {
  /** Decided by content; from here on it is declared, never guessed again. */
  readonly format: DiskFormat;
  readonly virtualSizeBytes: number;
  /** Of the object that was looked at. */
  readonly etag: string;
};

/**
 * Finds out what a file is, and whether its disk fits the size that was asked for.
 *
 * Throws  IMG.0121, IMG.0057 (see `openFileDisk`), IMG.0055 when the disk is larger than the system disk that was asked for
 */
export async function inspectFile(
  deps: Parameters<typeof openFileDisk>[0],
  work: ImportWork,
  { signal }: { readonly signal: AbortSignal },
): Promise<FileFacts> {
  await using file = await openFileDisk(deps, work, { signal });
  const { format, virtualSizeBytes } = file.disk;
  if (virtualSizeBytes > work.minDiskGiB * bytesPerGiB) {
    throw tooSmall(work.minDiskGiB, virtualSizeBytes);
  }
  return { format, virtualSizeBytes, etag: file.object.etag };
}

/** the two usual causes, and the size that would do. */
function tooSmall(minDiskGiB: number, virtualSizeBytes: number): ServiceError {
  const neededGiB = Math.ceil(virtualSizeBytes / bytesPerGiB);
  return new ServiceError("IMG.0055", {
    fieldEn: "The size of the system disk",
    fieldZh: "系统盘大小",
    problemEn: `the disk in the file has ${virtualSizeBytes} bytes, more than ${minDiskGiB} GiB`,
    problemZh: `文件中的磁盘为 ${virtualSizeBytes} 字节，超过 ${minDiskGiB} GB`,
    remedyEn:
      "Either the size was chosen too small, or a tool rounded the disk up when it wrote the file (qemu-img does so with VHD). " +
      `Ask for a system disk of ${neededGiB} GiB.`,
    remedyZh: `可能是设置的大小过小，或工具写文件时将磁盘大小向上取整（如 qemu-img 生成的 VHD）。请将系统盘大小设为 ${neededGiB} GB。`,
  });
}
