import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { RelatedFile } from "../core/related-file.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import { checkVirtualSize } from "../core/virtual-size.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { checkDescriptor } from "./check-descriptor.ts";
import { checkParent } from "./check-parent.ts";
import { describeVmdk } from "./describe-vmdk.ts";
import { FlatExtent, ZeroExtent } from "./flat-extent.ts";
import { GivenFiles } from "./given-files.ts";
import { openSparse } from "./open-sparse.ts";
import { parseDescriptor } from "./parse-descriptor.ts";
import type { DescribedExtent } from "./parse-descriptor.ts";
import { vmdkLimits } from "./sparse-header.ts";
import type { VmdkFacts } from "./vmdk-disk.ts";
import { corruptVmdk, truncatedVmdk, unsupportedSeSparse } from "./vmdk-error.ts";
import type { VmdkExtent } from "./vmdk-extent.ts";

/**
 * Opens a disk of several files: a descriptor and the files that it names, which were given. The sources stay the caller's.
 *
 * Memory  see `openVmdk`
 * Throws  as `openVmdk`
 */
export async function openSet(
  source: ByteSource,
  related: readonly RelatedFile[],
  options: ReadOptions & VirtualSizeLimit & { readonly parent?: VirtualDisk | undefined },
): Promise<VmdkFacts> {
  if (source.lengthBytes > vmdkLimits.descriptorBytes) {
    throw corruptVmdk("it is neither a sparse extent nor a descriptor, which has at most 1 MiB");
  }
  const descriptor = parseDescriptor(await source.read(0, source.lengthBytes, options));
  checkDescriptor(descriptor, "own-file");
  checkParent(descriptor, options.parent);
  const sizeBytes = descriptor.extents.reduce((sum, { sectors }) => sum + sectors * SECTOR_BYTES, 0);
  checkVirtualSize(sizeBytes, options);
  const files = new GivenFiles(related);
  const parts: VmdkExtent[] = [];
  const warnings: DiskWarning[] = [];
  let grainSizeBytes: number | undefined;
  for (const described of descriptor.extents) {
    const part = await openPart(described, files, options);
    parts.push(part.extent);
    warnings.push(...(part.warnings ?? []));
    grainSizeBytes ??= part.grainSizeBytes;
  }
  const grains = grainSizeBytes === undefined ? {} : { grainSizeBytes };
  return { parts, warnings, details: { ...describeVmdk(descriptor), extents: parts.length, ...grains } };
}

/** One of the parts that a descriptor names. */
interface Part {
  readonly extent: VmdkExtent;
  readonly warnings?: readonly DiskWarning[];
  readonly grainSizeBytes?: number | undefined;
}

async function openPart(described: DescribedExtent, files: GivenFiles, options: ReadOptions & VirtualSizeLimit): Promise<Part> {
  const lengthBytes = described.sectors * SECTOR_BYTES;
  if (described.access === "NOACCESS") {
    throw new DiskError("disk.unsupported", `A part of the VMDK is marked as not accessible (${described.sectors} sectors).`);
  }
  switch (described.type) {
    case "ZERO":
      return { extent: new ZeroExtent(lengthBytes) };
    case "FLAT":
    case "VMFS":
      return { extent: openFlat(described, lengthBytes, files) };
    case "SPARSE":
    case "VMFSSPARSE":
      return openSparsePart(described, files, options);
    case "SESPARSE":
      throw unsupportedSeSparse();
    default:
      throw new DiskError("disk.unsupported", `A part of the VMDK is of the unknown kind ${described.type.slice(0, 40)}.`);
  }
}

function openFlat(described: DescribedExtent, lengthBytes: number, files: GivenFiles): VmdkExtent {
  const source = files.take(described.fileName, lengthBytes);
  const start = described.offsetSectors * SECTOR_BYTES;
  if (start + lengthBytes > source.lengthBytes) {
    throw truncatedVmdk(`${described.fileName} has ${source.lengthBytes} bytes, and the descriptor takes ${lengthBytes} from ${start}`);
  }
  return new FlatExtent(source, { start, lengthBytes });
}

async function openSparsePart(described: DescribedExtent, files: GivenFiles, options: ReadOptions & VirtualSizeLimit): Promise<Part> {
  const source = files.take(described.fileName, "whole");
  const { extent, descriptor, warnings, details } = await openSparse(source, options);
  checkParent(descriptor, undefined);
  const lengthBytes = described.sectors * SECTOR_BYTES;
  if (extent.lengthBytes !== lengthBytes) {
    throw corruptVmdk(`${described.fileName} holds ${extent.lengthBytes} bytes of disk, and the descriptor says ${lengthBytes}`);
  }
  return { extent, warnings, grainSizeBytes: Number(details["grainSizeBytes"]) };
}
