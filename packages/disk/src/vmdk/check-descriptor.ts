import { DiskError } from "../core/disk-error.ts";
import type { DescribedExtent, Descriptor } from "./parse-descriptor.ts";

/** Kinds of a disk in one file, which holds its own descriptor. */
const SINGLE_FILE_TYPES: readonly string[] = ["monolithicsparse", "streamoptimized"];

/** Kinds of a disk whose descriptor is a file of its own. */
const SET_TYPES: readonly string[] = [
  ...SINGLE_FILE_TYPES,
  "monolithicflat",
  "twogbmaxextentsparse",
  "twogbmaxextentflat",
  "vmfs",
  "vmfssparse",
  "vmfsthin",
  "vmfspreallocated",
  "vmfseagerzeroedthick",
  "custom",
];

const DEVICE_TYPES: readonly string[] = [
  "fulldevice",
  "partitioneddevice",
  "vmfsraw",
  "vmfsrdm",
  "vmfsrdmp",
  "vmfsrawdevicemap",
  "vmfspassthroughrawdevicemap",
];

const DEVICE_EXTENTS: readonly string[] = ["VMFSRAW", "VMFSRDM"];

/**
 * Refuses a descriptor that points outside of what was given: a device, a key, a path (`checkParent` looks at a parent). Names in it are only ever compared with
 * the names of given files; a path among them still tells an attack or a disk that is not whole.
 *
 * Throws  disk.unsafe, disk.unsupported (a kind that is not read)
 * Source  VMware Virtual Disk Format 5.0; CVE-2022-47951
 */
export function checkDescriptor(descriptor: Descriptor, place: "inside" | "own-file"): void {
  const type = descriptor.createType.toLowerCase();
  if (descriptor.isEncrypted) {
    throw unsafe(
      "is encrypted, and its content cannot be read without the key",
      "Remove the encryption of the virtual machine, then export again.",
    );
  }
  if (DEVICE_TYPES.includes(type) || descriptor.extents.some((extent) => DEVICE_EXTENTS.includes(extent.type))) {
    throw unsafe(
      `of the kind ${descriptor.createType} names a device of the machine that made it`,
      "Copy the device's content to an image.",
    );
  }
  if (!(place === "inside" ? SINGLE_FILE_TYPES : SET_TYPES).includes(type)) {
    throw new DiskError(
      "disk.unsupported",
      `A VMDK of the kind ${JSON.stringify(descriptor.createType.slice(0, 40))} is not supported here.`,
      {
        remedy: "Export it as streamOptimized (an OVA holds that) or monolithicSparse.",
      },
    );
  }
  descriptor.extents.forEach(refuseForeignName);
  if (place === "inside") {
    refuseOtherFiles(descriptor.extents);
  }
}

/** A descriptor inside a sparse file describes that file and no other. */
function refuseOtherFiles(extents: readonly DescribedExtent[]): void {
  const [extent] = extents;
  if (extents.length !== 1 || extent?.type !== "SPARSE") {
    throw unsafe("names other files for its content, although it is one file", "Export it again as one file, for example streamOptimized.");
  }
}

function refuseForeignName({ fileName }: DescribedExtent): void {
  // Control characters are no part of a name, and may hide one.
  const isForeign = fileName !== undefined && (/[/\\]/.test(fileName) || fileName === ".." || /\p{Cc}/u.test(fileName));
  if (isForeign) {
    throw unsafe(
      `names a file by a path or a device, ${JSON.stringify(fileName.slice(0, 80))}`,
      "Put the files of the disk into one place, and let the descriptor name them without folders.",
    );
  }
}

function unsafe(what: string, remedy: string): DiskError {
  return new DiskError("disk.unsafe", `The VMDK ${what}.`, { remedy });
}
