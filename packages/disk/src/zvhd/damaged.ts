import { DiskError, isDiskError } from "../core/disk-error.ts";

const anotherCopy = "Copy or upload the file again; if it stays the same, make the image anew from its source.";

/** The refusal of a file that contradicts itself: `message` names the field and its offset. */
export function damaged(message: string, cause?: unknown): DiskError {
  return new DiskError("disk.corrupt", message, {
    remedy: anotherCopy,
    cause,
  });
}

/** The refusal of a file that ends too early. */
export function cutOff(message: string): DiskError {
  return new DiskError("disk.truncated", message, { remedy: "Copy or upload the file again, completely." });
}

/** The refusal of a file that uses what the published layout does not have. */
export function unknownVariant(message: string): DiskError {
  return new DiskError("disk.unsupported", message, {
    remedy: "Export the image again as qcow2, VMDK, VHD or raw, or as ZVHD2 of version 1.",
  });
}

/** Adds to a refusal of compressed data which record of the file it is about; other errors pass unchanged. */
export function damagedRecord(error: unknown, { block, offset }: { readonly block: number; readonly offset: number }): unknown {
  if (!isDiskError(error)) {
    return error;
  }
  return new DiskError(error.code, `The record of block ${block} at ${offset} of the file is damaged. ${error.message}`, {
    remedy: error.remedy ?? anotherCopy,
    cause: error,
  });
}
