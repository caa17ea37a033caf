import { DiskError } from "../core/disk-error.ts";

/** The refusal of a VHDX that contradicts itself: `what` names the field and its place. */
export function corruptVhdx(what: string): DiskError {
  return new DiskError("disk.corrupt", `The VHDX is damaged: ${what}.`, {
    remedy: "Copy or upload the file again; if it was made like this, repair or convert it where it was made.",
  });
}

/** The refusal of a VHDX whose file ends too early. */
export function truncatedVhdx(what: string, fileBytes: number): DiskError {
  return new DiskError("disk.truncated", `The VHDX is cut off: ${what}, and the file ends at ${fileBytes}.`, {
    remedy: "Copy or upload the file again, completely.",
  });
}
