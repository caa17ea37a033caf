import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { hasText } from "../detect/probe.ts";
import { corruptVhdx, truncatedVhdx } from "./corrupt-vhdx.ts";
import { NO_GUID, readGuid } from "./guid.ts";
import { hasCrc32c } from "./has-crc32c.ts";
import { FILE_ID, HEADER_BYTES, HEADER_OFFSETS, MIB } from "./vhdx-structures.ts";

/** Largest log that is read: Windows and QEMU make 1 MiB. */
const MAX_LOG_BYTES = 32 * MIB;

/** What the current header says. */
export interface VhdxHeader {
  readonly fileWriteGuid: string;
  /** Changes whenever the disk's content does: by it a child names its parent. */
  readonly dataWriteGuid: string;
  /** Of the log that must be replayed; `NO_GUID` when there is nothing to replay. */
  readonly logGuid: string;
  readonly logOffset: number;
  readonly logBytes: number;
}

/**
 * Reads the two headers and answers the current one: that with the higher sequence number of those whose checksum is right.
 *
 * Throws  disk.truncated, disk.corrupt, disk.unsupported (version), disk.limit (a log over 32 MiB)
 * Source  [MS-VHDX] 2.2.1 and 2.2.2
 */
export async function readHeader(source: ByteSource, options?: ReadOptions): Promise<VhdxHeader> {
  if (source.lengthBytes < MIB) {
    throw truncatedVhdx("its head has 1 MiB", source.lengthBytes);
  }
  if (!hasText(await source.read(0, 8, options), 0, FILE_ID)) {
    throw corruptVhdx(`"${FILE_ID}" at 0 is missing`);
  }
  const sound: Uint8Array[] = [];
  for (const offset of HEADER_OFFSETS) {
    const header = Buffer.from(await source.read(offset, HEADER_BYTES, options));
    if (hasText(header, 0, "head") && hasCrc32c(header)) {
      sound.push(header);
    }
  }
  return parseHeader(currentOf(sound));
}

function currentOf(headers: readonly Uint8Array[]): Uint8Array {
  const [first, second] = headers;
  if (first === undefined) {
    throw corruptVhdx("neither of its headers, at 64 and 128 KiB, has a correct checksum");
  }
  if (second === undefined) {
    return first;
  }
  const difference = sequenceOf(first) - sequenceOf(second);
  // Some writers leave two headers with one number, which is harmless when they say the same.
  if (difference === 0n && Buffer.compare(first, second) !== 0) {
    throw corruptVhdx("its two headers have the same sequence number and differ");
  }
  return difference >= 0n ? first : second;
}

function sequenceOf(header: Uint8Array): bigint {
  return new DataView(header.buffer, header.byteOffset, header.byteLength).getBigUint64(8, true);
}

function parseHeader(header: Uint8Array): VhdxHeader {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [logVersion, version] = [view.getUint16(64, true), view.getUint16(66, true)];
  const logGuid = readGuid(header, 48);
  if (version !== 1 || (logVersion !== 0 && logGuid !== NO_GUID)) {
    throw new DiskError("disk.unsupported", `The VHDX has version ${version} and log version ${logVersion}; only 1 and 0 are known.`, {
      remedy: "Convert the disk where it was made.",
    });
  }
  const logBytes = view.getUint32(68, true);
  const logOffset = view.getUint32(72, true) + view.getUint32(76, true) * 0x1_0000_0000;
  if (logBytes % MIB !== 0 || logOffset % MIB !== 0 || (logBytes > 0 && logOffset < MIB)) {
    throw corruptVhdx(`log_length ${logBytes} at 68 or log_offset ${logOffset} at 72 of its header is not whole MiB behind the head`);
  }
  if (logBytes > MAX_LOG_BYTES) {
    throw new DiskError("disk.limit", `The log of the VHDX has ${logBytes} bytes; at most ${MAX_LOG_BYTES} are accepted.`, {
      remedy: "Open and close the disk where it was made, so that the log is made anew.",
    });
  }
  return { fileWriteGuid: readGuid(header, 16), dataWriteGuid: readGuid(header, 32), logGuid, logOffset, logBytes };
}
