import { sizeWarnings } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { HeaderExtensions } from "./header-extensions.ts";
import type { Qcow2Header } from "./qcow2-header.ts";

/** Answers what a reader should know of an image before it trusts it. */
export function qcow2Warnings(header: Qcow2Header): DiskWarning[] {
  const warnings = [...sizeWarnings(header.sizeBytes)];
  if (header.isDirty) {
    warnings.push({ code: "qcow2.dirty", message: "The image was not closed cleanly; its content is read as it stands." });
  }
  if (header.snapshotCount > 0) {
    const message = `The image holds ${header.snapshotCount} internal snapshots; only the active state is read.`;
    warnings.push({ code: "qcow2.snapshots", message });
  }
  return warnings;
}

/** Answers what an image says of itself. */
export function qcow2Details(header: Qcow2Header, extensions: HeaderExtensions): VirtualDisk["details"] {
  return {
    version: header.version,
    clusterSizeBytes: header.clusterSize,
    compression: header.compression,
    extendedL2: header.l2EntryBytes === 16,
    refcountBits: header.refcountBits,
    lazyRefcounts: header.hasLazyRefcounts,
    dirty: header.isDirty,
    snapshots: header.snapshotCount,
    bitmaps: extensions.bitmapCount,
  };
}
