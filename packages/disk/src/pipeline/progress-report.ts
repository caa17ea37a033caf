import type { WriteOptions } from "../core/disk-writer.ts";

/**
 * Answers a function that adds handled guest bytes and reports the sum, or does nothing when nobody listens.
 *
 * Units  bytes
 */
export function progressReport(totalBytes: number, { onProgress }: WriteOptions): (handledBytes: number) => void {
  let doneBytes = 0;
  return (handledBytes) => {
    doneBytes += handledBytes;
    onProgress?.({ doneBytes, totalBytes });
  };
}
