import { DiskError } from "../core/disk-error.ts";

/** The failure of a plan whose disk no longer has its data where it had it while planning. */
export function sourceChanged(): DiskError {
  return new DiskError("disk.io", "The source changed while it was being converted: data is where there was none before.", {
    remedy: "Wait until nothing writes to the source any more, then start again.",
  });
}
