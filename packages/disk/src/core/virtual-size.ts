import { DiskError } from "./disk-error.ts";

/** Largest disk that is accepted unless the caller says otherwise: 64 TiB, the most that the formats themselves are made for. */
export const MAX_VIRTUAL_SIZE_BYTES = 64 * 1024 ** 4;

/** A ceiling for the size of the disk that is being opened. */
export interface VirtualSizeLimit {
  /** In bytes. Default 64 TiB. */
  readonly maxVirtualSizeBytes?: number | undefined;
}

/** Refuses a disk whose size goes over the ceiling, before anything is computed from it. Throws disk.limit. */
export function checkVirtualSize(sizeBytes: number, { maxVirtualSizeBytes = MAX_VIRTUAL_SIZE_BYTES }: VirtualSizeLimit): void {
  if (sizeBytes > maxVirtualSizeBytes) {
    throw new DiskError("disk.limit", `The disk claims ${sizeBytes} bytes; at most ${maxVirtualSizeBytes} are accepted.`, {
      remedy: "Check that the file is whole, or make the disk smaller.",
    });
  }
}

/** Refuses a file without a single byte, which is no disk in any format. Throws disk.truncated. */
export function refuseEmptyFile(lengthBytes: number): void {
  if (lengthBytes === 0) {
    throw new DiskError("disk.truncated", "The file is empty: there is no disk in it.", {
      remedy: "Check that the file was copied or uploaded completely.",
    });
  }
}
