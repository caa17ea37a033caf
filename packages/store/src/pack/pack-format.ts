import { hash } from "node:crypto";
import { isChunkCodec, nameBytes } from "../chunk/chunk-codec.ts";
import type { ChunkCodec } from "../chunk/chunk-codec.ts";
import { sealBytes } from "../seal/seal-payload.ts";

/** Where a chunk lies in a pack, and what it is there. The name is 32 bytes, lengths and offset are in bytes. */
export interface PackEntry {
  readonly name: Uint8Array;
  readonly offset: number;
  readonly storedLength: number;
  readonly rawLength: number;
  readonly codec: ChunkCodec;
  readonly sealed: boolean;
  /** CRC-32 of the stored payload, so that it can be proven whole without any key. */
  readonly crc: number;
}

/** Bytes of a pack's fixed parts. Their layout is specified in docs/store-layout.md, "Pack". */
export const packHeaderBytes = 32;
export const packFooterBytes = 48;
export const packEntryBytes = 56;
/** A pack is finished at this many chunks, so that its index stays small (56 KiB). Readers accept up to the second. */
export const maxChunksWritten = 1024;
export const maxChunksRead = 65_536;

const magic = Buffer.from("TINTPACK", "latin1");
const version = 2;
const checksumOffset = 8;
const magicOffset = 40;

/** The longest payload that a chunk of so many raw bytes can have. */
export function maxStoredLength(rawLength: number, sealed: boolean): number {
  return rawLength + (sealed ? sealBytes : 0);
}

/** First bytes of a pack. `name` is 32 hex digits. */
export function encodePackHeader(name: string): Buffer {
  const header = Buffer.alloc(packHeaderBytes);
  magic.copy(header, 0);
  header.writeUInt32LE(version, 8);
  header.write(name, 16, "hex");
  return header;
}

/** Last bytes of a pack: index and footer. `indexOffset` is where they will lie. */
export function encodePackTail(name: string, entries: readonly PackEntry[], indexOffset: number): Buffer {
  const tail = Buffer.alloc(entries.length * packEntryBytes + packFooterBytes);
  for (const [number, entry] of entries.entries()) {
    const at = number * packEntryBytes;
    tail.set(entry.name, at);
    tail.writeUInt32LE(entry.offset, at + 32);
    tail.writeUInt32LE(entry.storedLength, at + 36);
    tail.writeUInt32LE(entry.rawLength, at + 40);
    tail.writeUInt32LE(entry.crc, at + 44);
    tail.writeUInt8(entry.codec, at + 48);
    tail.writeUInt8(entry.sealed ? 1 : 0, at + 49);
  }
  const footer = tail.subarray(entries.length * packEntryBytes);
  footer.writeUInt32LE(indexOffset, 0);
  footer.writeUInt32LE(entries.length, 4);
  checksum(encodePackHeader(name), tail.subarray(0, -packFooterBytes), footer).copy(footer, checksumOffset);
  magic.copy(footer, magicOffset);
  return tail;
}

/** Where a pack's index lies, from its footer; a string says what is wrong instead. */
export function decodePackFooter(footer: Buffer, fileBytes: number): { readonly indexOffset: number; readonly count: number } | string {
  if (footer.length !== packFooterBytes || !footer.subarray(magicOffset).equals(magic)) {
    return "it does not end with a pack footer";
  }
  const indexOffset = footer.readUInt32LE(0);
  const count = footer.readUInt32LE(4);
  if (count > maxChunksRead || indexOffset < packHeaderBytes || indexOffset + count * packEntryBytes + packFooterBytes !== fileBytes) {
    return `its footer places ${count} chunks' index at ${indexOffset}, which does not fit the file's ${fileBytes} bytes`;
  }
  return { indexOffset, count };
}

/** A pack's chunks, once header, index and footer are proven whole; a string says what is wrong instead. */
export function decodePackIndex(parts: { name: string; header: Buffer; index: Buffer; footer: Buffer }): PackEntry[] | string {
  const { name, header, index, footer } = parts;
  if (!header.equals(encodePackHeader(name))) {
    return `its header is not that of pack ${name}, version ${version}`;
  }
  if (!checksum(header, index, footer).equals(footer.subarray(checksumOffset, magicOffset))) {
    return "its index does not match the checksum in its footer";
  }
  const indexOffset = footer.readUInt32LE(0);
  const entries: PackEntry[] = [];
  for (let at = 0; at < index.length; at += packEntryBytes) {
    const entry = decodeEntry(index.subarray(at, at + packEntryBytes), indexOffset);
    if (typeof entry === "string") {
      return `its index entry ${at / packEntryBytes} gives ${entry}`;
    }
    entries.push(entry);
  }
  return entries;
}

function decodeEntry(bytes: Buffer, indexOffset: number): PackEntry | string {
  const codec = bytes.readUInt8(48);
  const seal = bytes.readUInt8(49);
  const entry = {
    name: bytes.subarray(0, nameBytes),
    offset: bytes.readUInt32LE(32),
    storedLength: bytes.readUInt32LE(36),
    rawLength: bytes.readUInt32LE(40),
    crc: bytes.readUInt32LE(44),
    sealed: seal === 1,
  };
  const { offset, storedLength, rawLength, sealed } = entry;
  const fits = offset >= packHeaderBytes && offset + storedLength <= indexOffset && storedLength <= maxStoredLength(rawLength, sealed);
  if (!isChunkCodec(codec) || seal > 1 || !fits) {
    return `codec ${codec}, seal ${seal}, offset ${offset}, ${storedLength} bytes for ${rawLength}`;
  }
  return { ...entry, codec };
}

function checksum(header: Buffer, index: Buffer, footer: Buffer): Buffer {
  return hash("sha256", Buffer.concat([header, index, footer.subarray(0, checksumOffset)]), "buffer");
}
