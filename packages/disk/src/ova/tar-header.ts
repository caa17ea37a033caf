import { DiskError } from "../core/disk-error.ts";

/** The unit in which a tar archive is laid out. */
export const TAR_BLOCK_BYTES = 512;

/** What one header says of the member behind it. */
export interface TarHeader {
  readonly name: string;
  readonly sizeBytes: number;
  /** One character: "0" a file, "5" a folder, "1" and "2" links … */
  readonly type: string;
}

/** Room that a member's bytes take in the archive. */
export function tarRoom(sizeBytes: number): number {
  return Math.ceil(sizeBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES;
}

/**
 * Reads the header of a member, or answers undefined for the block of zeros that ends an archive.
 *
 * Shape   `block` holds 512 bytes, which lie at `offset` of the archive
 * Throws  disk.corrupt (checksum, a number that is none), disk.unsupported (not ustar)
 * Source  POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar, "Basic Tar Format" for sizes in base 256
 */
export function parseTarHeader(block: Uint8Array, offset: number): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) {
    return undefined;
  }
  const text = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
  if (parseNumber(text.subarray(148, 156), offset + 148) !== checksum(block)) {
    throw corruptTar(`the checksum of the header at ${offset} is wrong`);
  }
  if (text.toString("latin1", 257, 262) !== "ustar") {
    throw new DiskError("disk.unsupported", `The tar archive is of an old kind: the header at ${offset} has no "ustar".`, {
      remedy: "Pack it again with a current tar.",
    });
  }
  // Only the POSIX kind has a prefix there; GNU's keeps other things.
  const prefix = text.toString("latin1", 257, 263) === "ustar\0" ? stringIn(text, 345, 500) : "";
  const name = stringIn(text, 0, 100);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    sizeBytes: parseNumber(text.subarray(124, 136), offset + 124),
    type: text[156] === 0 ? "0" : text.toString("latin1", 156, 157),
  };
}

/**
 * Makes the header of a file.
 *
 * Shape   sizes of 8 GiB and more are in base 256, as GNU tar, VMware and VirtualBox write and read them; owner 0, mode 644
 */
export function writeTarHeader({ name, sizeBytes, modifiedAt }: { name: string; sizeBytes: number; modifiedAt: number }): Buffer {
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  block.write(name, 0, 100, "utf8");
  block.write("0000644\x000000000\x000000000\0", 100, "latin1");
  if (sizeBytes < 8 ** 11) {
    block.write(`${sizeBytes.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  } else {
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(sizeBytes), 128);
  }
  block.write(`${modifiedAt.toString(8).padStart(11, "0")}\0`, 136, "latin1");
  block.write("0", 156, "latin1");
  block.write("ustar\x0000", 257, "latin1");
  block.write(`${checksum(block).toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** The sum of all bytes, the checksum's own eight counted as spaces. */
function checksum(block: Uint8Array): number {
  return block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);
}

function parseNumber(field: Buffer, offset: number): number {
  const value = field[0] === 0x80 ? Number(BigInt(`0x${field.toString("hex", 1)}`)) : parseOctal(field);
  if (!Number.isSafeInteger(value)) {
    throw corruptTar(`the field at ${offset} is no number`);
  }
  return value;
}

function parseOctal(field: Buffer): number {
  const [, digits] = /^ *([0-7]+)[ \0]*$/.exec(field.toString("latin1")) ?? [];
  return digits === undefined ? Number.NaN : Number.parseInt(digits, 8);
}

function stringIn(text: Buffer, start: number, end: number): string {
  const [value = ""] = text.toString("utf8", start, end).split("\0");
  return value;
}

/** A tar archive that contradicts itself: `what` is a clause that says where and how. */
export function corruptTar(what: string): DiskError {
  return new DiskError("disk.corrupt", `The OVA archive is damaged: ${what}.`, {
    remedy: "Export it again, or copy it again in binary mode.",
  });
}
