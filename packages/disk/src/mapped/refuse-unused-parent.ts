import { DiskError } from "../core/disk-error.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";

/** Refuses a parent for a disk that has none: whoever gave it took the file for another one. Throws disk.unsafe. */
export function refuseUnusedParent(parent: VirtualDisk | undefined): void {
  if (parent !== undefined) {
    throw new DiskError("disk.unsafe", "A parent was given, and the disk stands on its own: it is no differencing disk.", {
      remedy: "Open it without a parent, or check which file was meant.",
    });
  }
}
