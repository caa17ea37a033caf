import { DiskError } from "../core/disk-error.ts";

const COPY_AGAIN = "Copy or upload the file again, completely.";

/** The refusal of a file that ends before something that it names. */
export function cutOff(what: string, fileBytes: number): DiskError {
  return new DiskError("disk.truncated", `${what}, and the file ends at ${fileBytes}.`, { remedy: COPY_AGAIN });
}

/** The refusal of a header or table that contradicts itself. */
export function damaged(what: string): DiskError {
  return new DiskError("disk.corrupt", `${what}.`, {
    remedy: "Take a sound copy of the image, or repair it with the program that made it.",
  });
}
