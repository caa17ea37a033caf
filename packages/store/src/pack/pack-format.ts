import { hash } from "node:crypto";
import { digestBytes, isChunkCodec } from "../chunk/chunk-codec.ts";
import type { ChunkCodec } from "../chunk/chunk-codec.ts";

/** Where a chunk lies in a pack. The digest is 32 bytes, lengths and offset are in bytes. */
export interface PackEntry {
  readonly digest: Uint8Array;
  readonly offset: number;
  readonly storedLength: number;
  readonly rawLength: number;
  readonly codec: ChunkCodec;
}

/** Bytes of a pack's fixed parts. Their layout is specified in docs/store-layout.md, "Pack". */
export const packHeaderBytes = 32;
export const packFooterBytes = 48;
export const packEntryBytes = 48;
/** A pack is finished at this many chunks, so that its index stays small (48 KiB). Readers accept up to the second. */
export const maxChunksWritten = 1024;
export const maxChunksRead = 65_536;

const magic = Buffer.from("TINTPACK", "latin1");
const version = 1;
const checksumOffset = 8;
const magicOffset = 40;

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
    tail.set(entry.digest, at);
    tail.writeUInt32LE(entry.offset, at + 32);
    tail.writeUInt32LE(entry.storedLength, at + 36);
    tail.writeUInt32LE(entry.rawLength, at + 40);
    tail.writeUInt8(entry.codec, at + 44);
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
  const entries: PackEntry[] = [];
  for (let at = 0; at < index.length; at += packEntryBytes) {
    const codec = index.readUInt8(at + 44);
    const entry = {
      digest: index.subarray(at, at + digestBytes),
      offset: index.readUInt32LE(at + 32),
      storedLength: index.readUInt32LE(at + 36),
      rawLength: index.readUInt32LE(at + 40),
    };
    const { offset, storedLength, rawLength } = entry;
    if (!isChunkCodec(codec) || storedLength > rawLength || offset + storedLength > footer.readUInt32LE(0)) {
      const lengths = `${storedLength} bytes for ${rawLength}`;
      return `its index entry ${at / packEntryBytes} gives codec ${codec}, offset ${offset}, ${lengths}`;
    }
    entries.push({ ...entry, codec });
  }
  return entries;
}

function checksum(header: Buffer, index: Buffer, footer: Buffer): Buffer {
  return hash("sha256", Buffer.concat([header, index, footer.subarray(0, checksumOffset)]), "buffer");
}
