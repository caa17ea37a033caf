import { DiskError } from "../core/disk-error.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { refuseUnusedParent } from "../mapped/refuse-unused-parent.ts";
import { hasParent } from "./parse-descriptor.ts";
import type { Descriptor } from "./parse-descriptor.ts";

/**
 * Checks that a snapshot's parent was given, and is the one that it was made over, unchanged: the content id of a VMDK is drawn anew when it is
 * written to.
 *
 * Throws  disk.unsafe (no parent, or another one, or one for a disk that has none)
 * Source  VMware Virtual Disk Format 5.0, "The Disk Descriptor File" (CID, parentCID)
 */
export function checkParent(descriptor: Descriptor | undefined, parent: VirtualDisk | undefined): void {
  if (descriptor === undefined || !hasParent(descriptor)) {
    refuseUnusedParent(parent);
    return;
  }
  const { parentCid } = descriptor;
  if (parent === undefined) {
    throw new DiskError(
      "disk.unsafe",
      "The VMDK holds only the changes of a snapshot: what it does not hold is in another file, its parent.",
      {
        remedy: "Give the parent's file too; or consolidate the snapshots, then export the disk again.",
      },
    );
  }
  const given = parent.format === "vmdk" ? parent.details["cid"] : undefined;
  if (given !== parentCid) {
    const what = given === undefined ? `a ${parent.format} disk without one` : `one with the content id ${given}`;
    throw new DiskError("disk.unsafe", `The VMDK was made over a parent with the content id ${parentCid}, and ${what} was given.`, {
      remedy: "Give the parent as it was when the snapshot was made; over a changed one the content would be a mixture.",
    });
  }
}
