import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import type { RelatedFile } from "../core/related-file.ts";
import { settleAll } from "../core/settle-all.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { refuseEmptyFile } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { overlayDisk } from "../transform/overlay-disk.ts";
import { checkParent } from "./check-parent.ts";
import { describeVmdk } from "./describe-vmdk.ts";
import { openSet } from "./open-set.ts";
import { openSparse } from "./open-sparse.ts";
import { COWD_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC } from "./sparse-header.ts";
import { VmdkDisk } from "./vmdk-disk.ts";
import type { VmdkFacts } from "./vmdk-disk.ts";
import { unsupportedSeSparse } from "./vmdk-error.ts";

export interface OpenVmdkOptions extends ReadOptions, VirtualSizeLimit {
  /** The other files of a disk whose descriptor names them. Taken over like the source. */
  readonly related?: readonly RelatedFile[] | undefined;
  /** The disk that a snapshot was made over, opened from a file that the caller names. Taken over and closed with the disk. */
  readonly parent?: VirtualDisk | undefined;
}

/**
 * Opens a VMDK: monolithicSparse and streamOptimized files, ESX sparse files (COWD), or a descriptor together with the files it names; a
 * snapshot's changes with its parent given. The sources and the parent are closed with the disk, and also when opening fails. `details.cid` is
 * the id by which a child names it.
 *
 * Memory  for each sparse file the grain directory (at most 32 MiB), 4 MiB of grain tables, 4 MiB of decompressed grains, and what reads in
 *         flight need (`ClusterReader`); for a stream without directory 64 MiB of tables; over a parent as `overlayDisk`
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (kind, version, seSparse, a file that was not given), disk.unsafe
 *         (a snapshot and no parent, or not its parent; device, encryption, a path in the descriptor)
 * Source  VMware Virtual Disk Format 5.0
 */
export async function openVmdk(source: ByteSource, options: OpenVmdkOptions = {}): Promise<VirtualDisk> {
  const { parent } = options;
  const owned = [source, ...(options.related ?? []).map((file) => file.source)];
  const all: readonly AsyncDisposable[] = parent === undefined ? owned : [...owned, parent];
  const closing = {
    [Symbol.asyncDispose]: () => settleAll(all.map((one) => Promise.resolve(one[Symbol.asyncDispose]()))),
  };
  return closeOnFailure(closing, async () => {
    refuseEmptyFile(source.lengthBytes);
    const isSet = await isDescriptor(source, options);
    const disk = new VmdkDisk(owned, isSet ? await openSet(source, options.related ?? [], options) : await openSingle(source, options));
    return parent === undefined ? disk : overlayDisk(disk, parent, options);
  });
}

async function isDescriptor(source: ByteSource, options: OpenVmdkOptions): Promise<boolean> {
  const head = await source.read(0, Math.min(4, source.lengthBytes), options);
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (magic === SESPARSE_MAGIC) {
    throw unsupportedSeSparse();
  }
  return magic !== SPARSE_MAGIC && magic !== COWD_MAGIC;
}

async function openSingle(source: ByteSource, options: OpenVmdkOptions): Promise<VmdkFacts> {
  const { extent, descriptor, warnings, details } = await openSparse(source, options);
  checkParent(descriptor, options.parent);
  if (descriptor === undefined && details["kind"] !== "COWD") {
    throw new DiskError("disk.unsupported", "The VMDK is one of several files of a disk: it holds no description of the whole.", {
      remedy: "Give the descriptor (the small .vmdk text file) together with all files that it names.",
    });
  }
  const alone = {
    code: "vmdk.noDescriptor",
    message: "The file does not say whether it is a whole disk or a snapshot's changes; it is read as a whole disk.",
  };
  return {
    parts: [extent],
    warnings: descriptor === undefined ? [...warnings, alone] : warnings,
    details: { ...details, ...describeVmdk(descriptor) },
  };
}
