import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import type { RelatedFile } from "../core/related-file.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import { settleAll } from "../core/settle-all.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { checkVirtualSize, refuseEmptyFile } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { checkDescriptor } from "./check-descriptor.ts";
import { FlatExtent, ZeroExtent } from "./flat-extent.ts";
import { openSparse } from "./open-sparse.ts";
import type { OpenedSparse } from "./open-sparse.ts";
import { parseDescriptor } from "./parse-descriptor.ts";
import type { DescribedExtent, Descriptor } from "./parse-descriptor.ts";
import { COWD_MAGIC, SESPARSE_MAGIC, SPARSE_MAGIC, vmdkLimits } from "./sparse-header.ts";
import { VmdkDisk } from "./vmdk-disk.ts";
import type { VmdkFacts } from "./vmdk-disk.ts";
import { corruptVmdk, truncatedVmdk } from "./vmdk-error.ts";
import type { VmdkExtent } from "./vmdk-extent.ts";

export interface OpenVmdkOptions extends ReadOptions, VirtualSizeLimit {
  /** The other files of a disk whose descriptor names them. Taken over like the source. */
  readonly related?: readonly RelatedFile[] | undefined;
}

/**
 * Opens a VMDK: monolithicSparse and streamOptimized files, ESX sparse files (COWD), or a descriptor together with the files it names.
 * The sources are closed with the disk, and also when opening fails.
 *
 * Memory  for each sparse file the grain directory (at most 32 MiB), 4 MiB of grain tables, 4 MiB of decompressed grains, and what reads in
 *         flight need (`ClusterReader`); for a stream without directory 64 MiB of tables
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (kind, version, seSparse, a file that was not given), disk.unsafe
 *         (parent, device, encryption, a path in the descriptor)
 * Source  VMware Virtual Disk Format 5.0
 */
export async function openVmdk(source: ByteSource, options: OpenVmdkOptions = {}): Promise<VirtualDisk> {
  const owned = [source, ...(options.related ?? []).map((file) => file.source)];
  const closing = {
    [Symbol.asyncDispose]: () => settleAll(owned.map((one) => Promise.resolve(one[Symbol.asyncDispose]()))),
  };
  return closeOnFailure(closing, async () => {
    refuseEmptyFile(source.lengthBytes);
    return new VmdkDisk(owned, (await isDescriptor(source, options)) ? await openSet(source, options) : await openSingle(source, options));
  });
}

async function isDescriptor(source: ByteSource, options: OpenVmdkOptions): Promise<boolean> {
  const head = await source.read(0, Math.min(4, source.lengthBytes), options);
  const magic = head.length < 4 ? 0 : new DataView(head.buffer, head.byteOffset).getUint32(0, true);
  if (magic === SESPARSE_MAGIC) {
    throw seSparse();
  }
  return magic !== SPARSE_MAGIC && magic !== COWD_MAGIC;
}

function seSparse(): DiskError {
  return new DiskError("disk.unsupported", "This is a VMDK of the kind seSparse, a snapshot format of ESXi that is not documented.", {
    remedy: "Consolidate the snapshots, then export the disk as an OVA or as streamOptimized.",
  });
}

async function openSingle(source: ByteSource, options: OpenVmdkOptions): Promise<VmdkFacts> {
  const { extent, descriptor, warnings, details } = await openSparse(source, options);
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
    details: { ...details, ...describe(descriptor) },
  };
}

async function openSet(source: ByteSource, options: OpenVmdkOptions): Promise<VmdkFacts> {
  if (source.lengthBytes > vmdkLimits.descriptorBytes) {
    throw corruptVmdk("it is neither a sparse extent nor a descriptor, which has at most 1 MiB");
  }
  const descriptor = parseDescriptor(await source.read(0, source.lengthBytes, options));
  checkDescriptor(descriptor, "own-file");
  checkVirtualSize(
    descriptor.extents.reduce((sum, { sectors }) => sum + sectors * SECTOR_BYTES, 0),
    options,
  );
  const parts: VmdkExtent[] = [];
  const warnings = [];
  let grainSizeBytes: number | undefined;
  for (const described of descriptor.extents) {
    const part = await openPart(described, options);
    parts.push(part.extent);
    warnings.push(...(part.warnings ?? []));
    grainSizeBytes ??= part.grainSizeBytes;
  }
  return {
    parts,
    warnings,
    details: { ...describe(descriptor), extents: parts.length, ...(grainSizeBytes === undefined ? {} : { grainSizeBytes }) },
  };
}

function describe(descriptor: Descriptor | undefined): VirtualDisk["details"] {
  return descriptor === undefined
    ? {}
    : { createType: descriptor.createType, ...(descriptor.cid === undefined ? {} : { cid: descriptor.cid }) };
}

/** One of the parts that a descriptor names. */
interface Part {
  readonly extent: VmdkExtent;
  readonly warnings?: OpenedSparse["warnings"];
  readonly grainSizeBytes?: number | undefined;
}

async function openPart(described: DescribedExtent, options: OpenVmdkOptions): Promise<Part> {
  const lengthBytes = described.sectors * SECTOR_BYTES;
  if (described.access === "NOACCESS") {
    throw new DiskError("disk.unsupported", `A part of the VMDK is marked as not accessible (${described.sectors} sectors).`);
  }
  switch (described.type) {
    case "ZERO":
      return { extent: new ZeroExtent(lengthBytes) };
    case "FLAT":
    case "VMFS":
      return { extent: openFlat(described, lengthBytes, options) };
    case "SPARSE":
    case "VMFSSPARSE":
      return openSparsePart(described, lengthBytes, options);
    case "SESPARSE":
      throw seSparse();
    default:
      throw new DiskError("disk.unsupported", `A part of the VMDK is of the unknown kind ${described.type.slice(0, 40)}.`);
  }
}

function openFlat(described: DescribedExtent, lengthBytes: number, options: OpenVmdkOptions): VmdkExtent {
  const source = findRelated(described, options);
  const start = described.offsetSectors * SECTOR_BYTES;
  if (start + lengthBytes > source.lengthBytes) {
    throw truncatedVmdk(`${described.fileName} has ${source.lengthBytes} bytes, and the descriptor takes ${lengthBytes} from ${start}`);
  }
  return new FlatExtent(source, { start, lengthBytes });
}

async function openSparsePart(described: DescribedExtent, lengthBytes: number, options: OpenVmdkOptions): Promise<Part> {
  const source = findRelated(described, options);
  await isDescriptor(source, options);
  const { extent, warnings, details } = await openSparse(source, options);
  if (extent.lengthBytes !== lengthBytes) {
    throw corruptVmdk(`${described.fileName} holds ${extent.lengthBytes} bytes of disk, and the descriptor says ${lengthBytes}`);
  }
  return { extent, warnings, grainSizeBytes: Number(details["grainSizeBytes"]) };
}

function findRelated({ fileName }: DescribedExtent, { related = [] }: OpenVmdkOptions): ByteSource {
  if (fileName === undefined) {
    throw corruptVmdk("a line of its descriptor names no file");
  }
  const found = related.filter((file) => file.name === fileName);
  const [file] = found;
  if (file === undefined || found.length > 1) {
    const name = JSON.stringify(fileName.slice(0, 120));
    throw new DiskError(
      "disk.unsupported",
      `The VMDK keeps its data in ${name}, which was ${file === undefined ? "not given" : "given more than once"}.`,
      {
        remedy: "Give all files that the descriptor names, each once.",
      },
    );
  }
  return file.source;
}
