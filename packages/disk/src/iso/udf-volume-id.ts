import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { ISO_BLOCK_BYTES } from "./volume-descriptors.ts";

const ANCHOR_BLOCK = 256;
const [TAG_ANCHOR, TAG_LOGICAL_VOLUME, TAG_END] = [2, 6, 8];
/** Descriptors of the volume that are looked at; discs have about ten. */
const MAX_DESCRIPTORS = 64;

/**
 * Finds the name of a UDF volume: anchor, volume descriptors, logical volume. Undefined when a step leads nowhere; the name serves people only.
 *
 * Memory  128 KiB
 * Source  ECMA-167 part 3, 8.4.2 (anchor), 10.2, 10.6 (logical volume), 7.2 (tags); OSTA UDF 2.1.1 and 2.1.3 (text)
 */
export async function readUdfVolumeId(source: ByteSource, options?: ReadOptions): Promise<string | undefined> {
  const blocks = Math.floor(source.lengthBytes / ISO_BLOCK_BYTES);
  for (const anchorBlock of [ANCHOR_BLOCK, blocks - 1, blocks - 1 - ANCHOR_BLOCK]) {
    if (anchorBlock < 0 || anchorBlock >= blocks) {
      continue;
    }
    const anchor = Buffer.from(await source.read(anchorBlock * ISO_BLOCK_BYTES, ISO_BLOCK_BYTES, options));
    if (hasTag(anchor, TAG_ANCHOR)) {
      return findName(source, { bytes: anchor.readUInt32LE(16), offset: anchor.readUInt32LE(20) * ISO_BLOCK_BYTES }, options);
    }
  }
  return undefined;
}

async function findName(
  source: ByteSource,
  extent: { readonly bytes: number; readonly offset: number },
  options?: ReadOptions,
): Promise<string | undefined> {
  const length = Math.min(extent.bytes, MAX_DESCRIPTORS * ISO_BLOCK_BYTES);
  if (extent.offset + length > source.lengthBytes) {
    return undefined;
  }
  const area = Buffer.from(await source.read(extent.offset, length, options));
  for (let at = 0; at + ISO_BLOCK_BYTES <= area.length; at += ISO_BLOCK_BYTES) {
    const descriptor = area.subarray(at, at + ISO_BLOCK_BYTES);
    if (hasTag(descriptor, TAG_LOGICAL_VOLUME)) {
      return decodeText(descriptor.subarray(84, 212));
    }
    if (hasTag(descriptor, TAG_END)) {
      return undefined;
    }
  }
  return undefined;
}

/** A descriptor begins with its number, and the sum of the first 16 bytes without the sum itself. */
function hasTag(descriptor: Buffer, id: number): boolean {
  const sum = descriptor.subarray(0, 16).reduce((total, byte, index) => (index === 4 ? total : total + byte), 0);
  return descriptor.readUInt16LE(0) === id && (sum & 0xff) === descriptor[4];
}

/** Text of one or two bytes a character, as its first byte says; the field's last byte is the length of what is used. */
function decodeText(field: Buffer): string | undefined {
  const used = Math.min(field.at(-1) ?? 0, field.length - 1);
  const characters = field.subarray(1, used);
  if (field[0] === 8) {
    return characters.toString("latin1");
  }
  if (field[0] === 16) {
    return Buffer.from(characters.subarray(0, characters.length & ~1))
      .swap16()
      .toString("utf16le");
  }
  return undefined;
}
