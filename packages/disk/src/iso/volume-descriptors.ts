import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { hasText } from "../detect/probe.ts";
import { cutOff, damaged } from "../mapped/mapping-errors.ts";

/** Bytes of a logical block, and of a descriptor: the only size that discs have. */
export const ISO_BLOCK_BYTES = 2048;

const FIRST_DESCRIPTOR = 16 * ISO_BLOCK_BYTES;
/** Descriptors looked at; discs have fewer than ten. */
const MAX_DESCRIPTORS = 64;
const JOLIET_ESCAPES = ["%/@", "%/C", "%/E"];
const [BOOT_RECORD, PRIMARY, SUPPLEMENTARY] = [0, 1, 2];

/** What the descriptors of a disc say. */
export interface VolumeDescriptors {
  /** Absent on a disc that is UDF only. */
  readonly primary: PrimaryVolume | undefined;
  readonly hasJoliet: boolean;
  readonly hasUdf: boolean;
  /** Place of the El Torito boot catalog in the file, in bytes. */
  readonly bootCatalogOffset: number | undefined;
}

/** The ISO 9660 volume. */
export interface PrimaryVolume {
  readonly systemId: string;
  readonly volumeId: string;
  /** Size of the volume in bytes; the file may be longer, where a partition was appended. */
  readonly volumeBytes: number;
}

/**
 * Reads the descriptors of an optical disc: ISO 9660 first, then those of UDF.
 *
 * Memory  128 KiB
 * Throws  disk.truncated (the file ends before the descriptors or the root directory), disk.corrupt (none is there),
 *         disk.unsupported (blocks that are not of 2048 bytes)
 * Source  ECMA-119 8; El Torito 1.0, 2; ECMA-167 part 2, 9.1
 */
export async function readVolumeDescriptors(source: ByteSource, options?: ReadOptions): Promise<VolumeDescriptors> {
  const fileBytes = source.lengthBytes;
  if (fileBytes < FIRST_DESCRIPTOR + ISO_BLOCK_BYTES) {
    throw cutOff(`The first descriptor of a disc takes ${ISO_BLOCK_BYTES} bytes at ${FIRST_DESCRIPTOR}`, fileBytes);
  }
  const length = Math.min(fileBytes - FIRST_DESCRIPTOR, MAX_DESCRIPTORS * ISO_BLOCK_BYTES);
  const area = Buffer.from(await source.read(FIRST_DESCRIPTOR, length, options));
  const found = { primary: undefined, hasJoliet: false, hasUdf: false, bootCatalogOffset: undefined } as Draft;
  for (let at = 0; at + ISO_BLOCK_BYTES <= area.length; at += ISO_BLOCK_BYTES) {
    if (!takeDescriptor(area.subarray(at, at + ISO_BLOCK_BYTES), found, fileBytes)) {
      break;
    }
  }
  if (found.primary === undefined && !found.hasUdf) {
    throw damaged(`There is neither a primary volume descriptor of ISO 9660 nor one of UDF at ${FIRST_DESCRIPTOR}`);
  }
  return found;
}

type Draft = { -readonly [Field in keyof VolumeDescriptors]: VolumeDescriptors[Field] };

/** Notes what a descriptor says; answers false for a block that is none. */
function takeDescriptor(descriptor: Buffer, found: Draft, fileBytes: number): boolean {
  if (hasText(descriptor, 1, "NSR02") || hasText(descriptor, 1, "NSR03")) {
    found.hasUdf = true;
    return true;
  }
  if (!hasText(descriptor, 1, "CD001")) {
    return ["BEA01", "BOOT2", "TEA01", "CDW02"].some((id) => hasText(descriptor, 1, id));
  }
  const type = descriptor[0];
  if (type === BOOT_RECORD && hasText(descriptor, 7, "EL TORITO SPECIFICATION")) {
    found.bootCatalogOffset ??= descriptor.readUInt32LE(0x47) * ISO_BLOCK_BYTES;
  } else if (type === PRIMARY) {
    found.primary ??= readPrimary(descriptor, fileBytes);
  } else if (type === SUPPLEMENTARY) {
    found.hasJoliet ||= JOLIET_ESCAPES.some((escape) => hasText(descriptor, 88, escape));
  }
  return true;
}

function readPrimary(descriptor: Buffer, fileBytes: number): PrimaryVolume {
  const blockBytes = descriptor.readUInt16LE(128);
  if (blockBytes !== ISO_BLOCK_BYTES) {
    throw new DiskError("disk.unsupported", `The disc has logical blocks of ${blockBytes} bytes (at 128 of its primary descriptor).`, {
      remedy: `Make it again with blocks of ${ISO_BLOCK_BYTES} bytes, as all discs have.`,
    });
  }
  const [rootOffset, rootBytes] = [descriptor.readUInt32LE(158) * ISO_BLOCK_BYTES, descriptor.readUInt32LE(166)];
  if (rootOffset + rootBytes > fileBytes) {
    throw cutOff(`The root directory of the disc takes ${rootBytes} bytes at ${rootOffset}`, fileBytes);
  }
  return {
    systemId: text(descriptor.subarray(8, 40)),
    volumeId: text(descriptor.subarray(40, 72)),
    volumeBytes: descriptor.readUInt32LE(80) * ISO_BLOCK_BYTES,
  };
}

/** Text that is padded with spaces; what cannot be shown becomes a question mark. */
function text(field: Buffer): string {
  return field
    .toString("latin1")
    .replace(/[\0 ]+$/, "")
    .replace(/[^ -~\xa0-\xff]/g, "?");
}
