import type { ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { CompressionPool } from "../pool/compression-pool.ts";
import type { HeadFacts } from "./ova-head.ts";

/** What a caller may choose about an OVA. */
export interface OvaOptions extends ReadOptions {
  /** Where it goes: a file can go back, and takes one pass; a stream needs all sizes first, and so every disk is compressed twice. */
  readonly target: "file" | "stream";
  /** Name of the virtual machine. Default "vm". */
  readonly name?: string | undefined;
  /** Base name of the files in the archive: letters, digits, ".", "_" and "-". Default "disk". */
  readonly fileName?: string | undefined;
  /** Default 1. */
  readonly cpus?: number | undefined;
  /** Default 1,024. */
  readonly memoryMiB?: number | undefined;
  /** CIM number of the operating system. Default 102: any of 64 bits. */
  readonly osId?: number | undefined;
  /** When the files in the archive were made, in seconds since 1970. Default 0. */
  readonly modifiedAt?: number | undefined;
  /** Threads that several conversions share. Default: threads of its own, which end with the conversion. */
  readonly pool?: CompressionPool | undefined;
}

/** Disks that one SCSI controller has addresses for. */
const MAX_DISKS = 15;

/**
 * Checks what was chosen and fills in the rest.
 *
 * Throws  disk.unsupported (names and numbers that an archive or an OVF has no place for)
 */
export function factsOf(diskCount: number, options: OvaOptions): HeadFacts {
  const { name = "vm", fileName = "disk", cpus = 1, memoryMiB = 1024, osId = 102, modifiedAt = 0 } = options;
  const numbers = [cpus, memoryMiB, osId].every((number) => Number.isSafeInteger(number) && number > 0);
  if (diskCount < 1 || diskCount > MAX_DISKS) {
    throw unsupported(`An OVA is written with 1 to ${MAX_DISKS} disks, not ${diskCount}.`, "Spread the disks over several appliances.");
  }
  if (!/^[\w.-]{1,60}$/.test(fileName) || fileName.startsWith(".")) {
    throw unsupported(
      `${JSON.stringify(fileName.slice(0, 80))} is no name for the files in an OVA.`,
      'Use up to 60 letters, digits, "_", "-" and ".".',
    );
  }
  if (/\p{Cc}/u.test(name) || name === "" || !numbers || !Number.isSafeInteger(modifiedAt) || modifiedAt < 0 || modifiedAt >= 8 ** 11) {
    throw unsupported(
      "The virtual machine's name or one of its numbers has no place in an OVF.",
      "Give a printable name and positive whole numbers.",
    );
  }
  return { name, fileName, cpus, memoryMiB, osId, modifiedAt };
}

function unsupported(message: string, remedy: string): DiskError {
  return new DiskError("disk.unsupported", message, { remedy });
}
