import { DiskError } from "../core/disk-error.ts";

/** A VMDK that contradicts itself: `what` is a clause that says where and how. */
export function corruptVmdk(what: string): DiskError {
  return new DiskError("disk.corrupt", `The VMDK is damaged: ${what}.`, {
    remedy: "Export the disk again, or copy the file again in binary mode.",
  });
}

/** A VMDK whose file ends too early. */
export function truncatedVmdk(what: string): DiskError {
  return new DiskError("disk.truncated", `The VMDK is cut off: ${what}.`, { remedy: "Copy or upload the file again, completely." });
}

/** A kind of VMDK that is recognised, and not read. */
export function unsupportedSeSparse(): DiskError {
  return new DiskError("disk.unsupported", "This is a VMDK of the kind seSparse, a snapshot format of ESXi that is not documented.", {
    remedy: "Consolidate the snapshots, then export the disk as an OVA or as streamOptimized.",
  });
}
