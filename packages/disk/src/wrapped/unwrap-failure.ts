import { DiskError, isDiskError } from "../core/disk-error.ts";

/** Turns what a decompressor throws into our error; what is not the decompressor's passes unchanged. */
export function unwrapFailure(error: unknown, kind: string): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (isDiskError(error) || !/^(Z_|ZSTD_error_)/.test(code)) {
    return error;
  }
  const reason = error instanceof Error ? error.message : code;
  if (code === "Z_BUF_ERROR") {
    return new DiskError("disk.truncated", `The ${kind} file ends before its data does.`, {
      remedy: "Copy or upload the file again, completely.",
      cause: error,
    });
  }
  if (code === "ZSTD_error_frameParameter_windowTooLarge") {
    return new DiskError("disk.limit", "The zstd file needs a window of more than 8 MiB.", {
      remedy: "Compress the disk without --long and --ultra.",
      cause: error,
    });
  }
  return new DiskError("disk.corrupt", `The ${kind} file is damaged: ${reason}.`, {
    remedy: "Copy or upload the file again; if it stays the same, compress the disk again.",
    cause: error,
  });
}
