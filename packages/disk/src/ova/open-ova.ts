import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import type { RelatedFile } from "../core/related-file.ts";
import { SECTOR_BYTES } from "../core/sector.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { openVmdk } from "../vmdk/open-vmdk.ts";
import { parseSparseHeader } from "../vmdk/parse-sparse-header.ts";
import { SPARSE_MAGIC } from "../vmdk/sparse-header.ts";
import { findDiskFile, readDiskFile } from "./find-disk-file.ts";
import { listMembers } from "./list-members.ts";
import type { TarMember } from "./list-members.ts";
import { MemberSource } from "./member-source.ts";
import type { StatedDigest } from "./parse-manifest.ts";
import { parseOvf } from "./parse-ovf.ts";
import type { OvfDisk } from "./parse-ovf.ts";
import { findOvf, readManifest, readText } from "./read-manifest.ts";

/** One disk of an appliance. */
export interface OvaDisk {
  /** The id that the OVF gives it. */
  readonly id: string;
  /** Name of its file in the archive. */
  readonly name: string;
  /** Length of that file in bytes. */
  readonly fileBytes: number;
  /** What the OVF says; the opened disk's own size counts. Undefined when it says nothing. */
  readonly capacityBytes: number | undefined;
  /** The hash of the file that the manifest states, unless the file is cut into chunks; checking it is left to who reads the whole file. */
  readonly digest: StatedDigest | undefined;
  /** Opens the disk. It reads from the archive, which must stay open; closing the disk leaves the archive open. */
  open(): Promise<VirtualDisk>;
}

/** An opened appliance. */
export interface Ova extends AsyncDisposable {
  /** In the order of the OVF; the first is the one that a machine boots from, as a rule. */
  readonly disks: readonly OvaDisk[];
  readonly warnings: readonly DiskWarning[];
}

export interface OpenOvaOptions extends ReadOptions, VirtualSizeLimit {
  /** Opens the file of a disk, with the other files of the archive beside it. Default: as VMDK. */
  readonly openDisk?: ((source: ByteSource, related: readonly RelatedFile[]) => Promise<VirtualDisk>) | undefined;
}

/**
 * Opens an OVA: a tar archive with one OVF, which says which of the other files are disks.
 * The source is closed with the appliance, and also when opening fails.
 *
 * Memory  the OVF and the manifest (1 MiB each at most); for each disk that is opened what its format needs
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported (compressed files, no disk), disk.unsafe (links, names that lead
 *         out, a disk elsewhere, a document type); opening a disk throws as `openVmdk`
 * Source  DMTF DSP0243
 */
export async function openOva(source: ByteSource, options: OpenOvaOptions = {}): Promise<Ova> {
  return closeOnFailure(source, async () => {
    const members = await listMembers(source, options);
    const ovfMember = findOvf(members);
    const ovfBytes = await readText(source, ovfMember, options);
    const ovf = parseOvf(decodeUtf8(ovfBytes, ovfMember.name));
    const digests = await readManifest(source, { members, ovfMember }, options);
    await checkOvf(ovfBytes, ovfMember.name, digests);
    const archive = { source, members, digests, options };
    const disks = ovf.disks.map((disk) => describeDisk(disk, archive));
    if (disks.length === 0) {
      throw new DiskError("disk.unsupported", `${ovfMember.name} describes no disk that has a file.`, {
        remedy: "Export the appliance again, with its disks.",
      });
    }
    return {
      disks,
      warnings: [...ovf.emptyDisks.map(emptyDisk), ...(await capacityWarnings(ovf.disks, archive))],
      [Symbol.asyncDispose]: () => Promise.resolve(source[Symbol.asyncDispose]()),
    };
  });
}

interface Archive {
  readonly source: ByteSource;
  readonly members: readonly TarMember[];
  readonly digests: ReadonlyMap<string, StatedDigest>;
  readonly options: OpenOvaOptions;
}

function decodeUtf8(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DiskError("disk.unsupported", `${JSON.stringify(name)} is not in UTF-8.`, {
      remedy: "Convert it to UTF-8, then pack the OVA again.",
      cause: error,
    });
  }
}

const webNames = { sha1: "SHA-1", sha256: "SHA-256", sha512: "SHA-512" } as const;

async function checkOvf(bytes: Uint8Array, name: string, digests: ReadonlyMap<string, StatedDigest>): Promise<void> {
  const stated = digests.get(name);
  if (stated === undefined) {
    return;
  }
  // Into memory of its own, which is what the digest takes.
  const digest = await crypto.subtle.digest(webNames[stated.algorithm], Uint8Array.from(bytes));
  if (Buffer.from(digest).toString("hex") !== stated.hex) {
    throw new DiskError("disk.corrupt", `${JSON.stringify(name)} is not what the manifest says: its ${stated.algorithm} differs.`, {
      remedy: "Copy or upload the file again; if it was edited on purpose, remove the manifest from the archive.",
    });
  }
}

function describeDisk(disk: OvfDisk, archive: Archive): OvaDisk {
  const file = findDiskFile(disk, archive.members);
  const { source, options } = archive;
  const open = options.openDisk ?? ((bytes, related) => openVmdk(bytes, { ...options, related }));
  return {
    id: disk.id,
    name: file.name,
    fileBytes: file.sizeBytes,
    capacityBytes: disk.capacityBytes,
    digest: archive.digests.get(file.name),
    open: () => {
      const others = archive.members.filter((other) => !file.parts.includes(other));
      const related = others.map((other) => ({ name: other.name.split("/").at(-1) ?? "", source: new MemberSource(source, other) }));
      return open(readDiskFile(source, file), related);
    },
  };
}

function emptyDisk(id: string): DiskWarning {
  return {
    code: "ova.emptyDisk",
    message: `The disk ${JSON.stringify(id.slice(0, 120))} has no file: it is to be made empty, and is left out.`,
  };
}

/** The OVF's word against that of the disk, which counts. */
async function capacityWarnings(disks: readonly OvfDisk[], { source, members, options }: Archive): Promise<DiskWarning[]> {
  const warnings: DiskWarning[] = [];
  for (const disk of disks) {
    const file = findDiskFile(disk, members);
    if (file.sizeBytes >= SECTOR_BYTES) {
      const { capacityBytes } = disk;
      const head = await readDiskFile(source, file).read(0, SECTOR_BYTES, options);
      const isSparse = new DataView(head.buffer, head.byteOffset).getUint32(0, true) === SPARSE_MAGIC;
      const actual = isSparse ? parseSparseHeader(head, { ...options, fileBytes: file.sizeBytes }).capacityBytes : capacityBytes;
      if (actual !== capacityBytes) {
        const stated = capacityBytes === undefined ? "no size" : `${capacityBytes} bytes`;
        warnings.push({
          code: "ova.capacityDiffers",
          message: `The OVF states ${stated} for ${JSON.stringify(file.name)}, and the disk has ${actual}.`,
        });
      }
    }
  }
  return warnings;
}
