import { DiskError } from "../core/disk-error.ts";

/** The refusal of a file that contradicts itself: `message` names the field and its offset. */
export function damaged(message: string, cause?: unknown): DiskError {
  return new DiskError("disk.corrupt", message, {
    remedy: "Copy or upload the file again; if it stays the same, make the image anew from its source.",
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
