import { ServiceError } from "@tintype/contract/service-error.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import type { UploadsDeps } from "./uploads-deps.ts";

/** Length of the largest file that may come in pieces. */
export function largestUpload({ uploads, ceilings }: Pick<UploadsDeps, "uploads" | "ceilings">): number {
  return Math.min(uploads.maxGiB * bytesPerGiB, ceilings.objectBytes);
}

/** Throws  tus.tooLarge */
export function refuseBeyond(lengthBytes: number, limitBytes: number): void {
  if (lengthBytes > limitBytes) {
    throw new ServiceError("tus.tooLarge", { limitBytes });
  }
}

/** When an upload ends that gets nothing more from now on. */
export function nextExpiry({ clock, uploads }: Pick<UploadsDeps, "clock" | "uploads">): number {
  return clock.now() + uploads.expireHours * 3_600_000;
}
