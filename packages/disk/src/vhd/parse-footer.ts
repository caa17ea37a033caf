import { DiskError } from "../core/disk-error.ts";
import { readU64 } from "../core/read-u64.ts";
import { formatUuid } from "../core/uuid.ts";
import { typeNumbers, VHD_VERSION } from "./vhd-footer.ts";
import type { VhdFooter, VhdType } from "./vhd-footer.ts";

/**
 * Reads a footer whose cookie and checksum are right already.
 *
 * Shape   `bytes` are 512, or the 511 of old writers; `at` is their place in the file, for messages
 * Throws  disk.unsupported (version, type)
 * Source  Virtual Hard Disk Image Format Specification 1.0, "Hard Disk Footer Format"
 */
export function parseFooter(bytes: Uint8Array, at: number): VhdFooter {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint32(12);
  if (version !== VHD_VERSION) {
    throw new DiskError(
      "disk.unsupported",
      `The VHD footer at ${at} is of version 0x${version.toString(16)}; only 0x10000 (1.0) is known.`,
      {
        remedy: "Convert the disk to VHDX or qcow2 with the program that made it.",
      },
    );
  }
  return {
    type: parseType(view.getUint32(60), at),
    dataOffset: readU64(view, 16),
    creator: Buffer.from(bytes.subarray(28, 32))
      .toString("latin1")
      .replace(/[^!-~]+/g, ""),
    originalSizeBytes: readU64(view, 40),
    currentSizeBytes: readU64(view, 48),
    geometry: { cylinders: view.getUint16(56), heads: view.getUint8(58), sectors: view.getUint8(59) },
    uniqueId: formatUuid(bytes.subarray(68, 84)),
    isSavedState: view.getUint8(84) === 1,
  };
}

function parseType(number: number, at: number): VhdType {
  switch (number) {
    case typeNumbers.fixed:
      return "fixed";
    case typeNumbers.dynamic:
      return "dynamic";
    case typeNumbers.differencing:
      return "differencing";
    default:
      throw new DiskError("disk.unsupported", `The VHD footer at ${at} has the disk type ${number} at 60; 2, 3 and 4 are known.`, {
        remedy: "Convert the disk to a fixed or dynamic VHD with the program that made it.",
      });
  }
}
