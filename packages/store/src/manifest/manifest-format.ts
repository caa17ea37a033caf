import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { BlobId, BlobRecord } from "../blob-store.ts";
import { nameBytes } from "../chunk/chunk-codec.ts";
import { keyIdBytes, maxWrappedBytes } from "../seal/data-key.ts";
import type { DataKey } from "../seal/data-key.ts";
import { isChunkSize } from "../store-format.ts";

/** Bytes of a manifest's fixed parts. Their layout is specified in docs/store-layout.md, "Manifest". */
export const manifestHeaderBytes = 72;
export const manifestFooterBytes = 104;
/** Chunks whose names make one list. */
export const chunksPerList = 4096;
/** What bounds a blob's length (64 TiB with chunks of 512 KiB) and the memory of its root table (1 MiB). */
export const maxLists = 32_768;
/** The longest list. */
export const maxListBytes = chunksPerList * nameBytes;
/** Bound of a blob's record as JSON. */
export const maxRecordBytes = 64 * 1024;

const magic = Buffer.from("TINTBLOB", "latin1");
const version = 2;
const [macAt, checksumAt, magicAt] = [32, 64, 96];
const noBytes = Buffer.alloc(nameBytes);

/** How long a blob's content is and how it is cut. */
export interface ContentShape {
  readonly lengthBytes: number;
  readonly chunkSizeBytes: number;
}

/** A blob's content: its shape, and the names of its lists, 32 bytes each, zeros for a list of zero chunks only. */
export interface ManifestContent extends ContentShape {
  readonly lists: Buffer;
}

/** What a manifest says. */
export interface Manifest extends ManifestContent {
  readonly id: BlobId;
  readonly record: BlobRecord;
  /** Of a sealed blob. */
  readonly keyId: string | undefined;
  readonly wrappedKey: Uint8Array | undefined;
}

export function chunkCountOf({ lengthBytes, chunkSizeBytes }: ContentShape): number {
  return Math.ceil(lengthBytes / chunkSizeBytes);
}

export function listCountOf(shape: ContentShape): number {
  return Math.ceil(chunkCountOf(shape) / chunksPerList);
}

/** Bytes of a list: 32 for every chunk that there is. */
export function listBytesOf(shape: ContentShape, number: number): number {
  return Math.min(chunksPerList, chunkCountOf(shape) - number * chunksPerList) * nameBytes;
}

/** Name of a list of a content; undefined for a list of zero chunks only. */
export function listNameOf({ lists }: ManifestContent, number: number): Buffer | undefined {
  const name = lists.subarray(number * nameBytes, (number + 1) * nameBytes);
  return name.equals(noBytes) ? undefined : name;
}

/** Longest blob that can be described with chunks of this size. */
export function maxLengthBytes(chunkSizeBytes: number): number {
  return maxLists * chunksPerList * chunkSizeBytes;
}

/** A blob's record as it is stored. Throws RangeError when it takes more than 64 KiB. */
export function encodeRecord(record: BlobRecord): Buffer {
  const bytes = Buffer.from(JSON.stringify(record), "utf8");
  if (bytes.length > maxRecordBytes) {
    throw new RangeError(`A blob's record takes at most ${maxRecordBytes} bytes as JSON, this one takes ${bytes.length}.`);
  }
  return bytes;
}

/** A whole manifest. `record` comes from `encodeRecord`. */
export function encodeManifest(blob: {
  readonly id: BlobId;
  readonly content: ManifestContent;
  readonly record: Buffer;
  readonly key: Pick<DataKey, "id" | "wrapped" | "manifestKey"> | undefined;
}): Buffer {
  const { id, content, record, key } = blob;
  const wrapped = key?.wrapped ?? Buffer.alloc(0);
  const header = Buffer.alloc(manifestHeaderBytes);
  magic.copy(header, 0);
  header.writeUInt32LE(version, 8);
  header.writeUInt32LE(content.chunkSizeBytes, 12);
  header.write(id, 16, "hex");
  header.write(key?.id ?? "", 32, "hex");
  header.writeBigUInt64LE(BigInt(content.lengthBytes), 48);
  header.writeUInt32LE(content.lists.length / nameBytes, 56);
  header.writeUInt32LE(wrapped.length, 60);
  header.writeUInt32LE(record.length, 64);
  const proven = Buffer.concat([header, content.lists, wrapped, record, contentDigest(content)]);
  const mac = key === undefined ? noBytes : macOf(proven, key.manifestKey);
  return Buffer.concat([proven, mac, hash("sha256", Buffer.concat([proven, mac]), "buffer"), magic]);
}

/** Length of the manifest that begins with these bytes; a string says why that is none of blob `id`. */
export function manifestBytesOf(start: Buffer, id: BlobId): number | string {
  const header = decodeHeader(start, id);
  return typeof header === "string" ? header : header.fileBytes;
}

/** What a manifest says, once it is proven whole; a string says what is wrong instead. A sealed blob's must also be `isProvenBy` its key. */
export function decodeManifest(bytes: Buffer, id: BlobId): Manifest | string {
  const header = decodeHeader(bytes, id);
  if (typeof header === "string") {
    return header;
  }
  const { fileBytes, listCount, wrappedBytes, keyId, lengthBytes, chunkSizeBytes } = header;
  if (bytes.length !== fileBytes) {
    return `it has ${bytes.length} bytes${bytes.length > fileBytes ? " or more" : ""} instead of ${fileBytes}`;
  }
  const footer = bytes.subarray(-manifestFooterBytes);
  const checksum = hash("sha256", bytes.subarray(0, fileBytes - manifestFooterBytes + checksumAt), "buffer");
  if (!checksum.equals(footer.subarray(checksumAt, magicAt)) || !footer.subarray(magicAt).equals(magic)) {
    return "it does not match its checksum";
  }
  const listsEnd = manifestHeaderBytes + listCount * nameBytes;
  const content = { lengthBytes, chunkSizeBytes, lists: Buffer.from(bytes.subarray(manifestHeaderBytes, listsEnd)) };
  if (!contentDigest(content).equals(footer.subarray(0, macAt))) {
    return "its lists do not match its content digest";
  }
  if (keyId === undefined && !footer.subarray(macAt, checksumAt).equals(noBytes)) {
    return "it has an authentication code but names no key";
  }
  const record = parseRecord(bytes.toString("utf8", listsEnd + wrappedBytes, bytes.length - manifestFooterBytes));
  if (record === undefined) {
    return "its record is no JSON object";
  }
  const wrappedKey = keyId === undefined ? undefined : new Uint8Array(bytes.subarray(listsEnd, listsEnd + wrappedBytes));
  return { id, ...content, record, keyId, wrappedKey };
}

/** Tells whether a whole manifest was written with this key. */
export function isProvenBy(bytes: Buffer, manifestKey: Uint8Array): boolean {
  const macStart = bytes.length - manifestFooterBytes + macAt;
  return timingSafeEqual(macOf(bytes.subarray(0, macStart), manifestKey), bytes.subarray(macStart, macStart + nameBytes));
}

interface ManifestHeader extends ContentShape {
  readonly keyId: string | undefined;
  readonly listCount: number;
  readonly wrappedBytes: number;
  readonly fileBytes: number;
}

function decodeHeader(bytes: Buffer, id: BlobId): ManifestHeader | string {
  if (bytes.length < manifestHeaderBytes || !bytes.subarray(0, 8).equals(magic) || bytes.readUInt32LE(8) !== version) {
    return `it does not begin with the header of a manifest of version ${version}`;
  }
  if (bytes.toString("hex", 16, 32) !== id) {
    return `it is that of blob ${bytes.toString("hex", 16, 32)}`;
  }
  const chunkSizeBytes = bytes.readUInt32LE(12);
  const lengthBytes = Number(bytes.readBigUInt64LE(48));
  const [listCount, wrappedBytes, recordBytes] = [bytes.readUInt32LE(56), bytes.readUInt32LE(60), bytes.readUInt32LE(64)];
  const hasKey = bytes.subarray(32, 32 + keyIdBytes).some((byte) => byte !== 0);
  const fits =
    isChunkSize(chunkSizeBytes) &&
    lengthBytes <= maxLengthBytes(chunkSizeBytes) &&
    listCount === listCountOf({ lengthBytes, chunkSizeBytes }) &&
    wrappedBytes <= (hasKey ? maxWrappedBytes : 0) &&
    recordBytes <= maxRecordBytes &&
    bytes.readUInt32LE(68) === 0;
  if (!fits) {
    const lengths = `${listCount} lists, ${wrappedBytes} bytes of key and ${recordBytes} of record`;
    return `its header gives ${lengthBytes} bytes of content in chunks of ${chunkSizeBytes}, ${lengths}`;
  }
  const fileBytes = manifestHeaderBytes + listCount * nameBytes + wrappedBytes + recordBytes + manifestFooterBytes;
  const keyId = hasKey ? bytes.toString("hex", 32, 32 + keyIdBytes) : undefined;
  return { chunkSizeBytes, lengthBytes, listCount, wrappedBytes, keyId, fileBytes };
}

/** Names a content whatever its manifest's own layout, key and record: equal for two blobs of equal bytes, chunk size and key secret. */
function contentDigest({ lengthBytes, chunkSizeBytes, lists }: ManifestContent): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(lengthBytes), 0);
  head.writeUInt32LE(chunkSizeBytes, 8);
  return hash("sha256", Buffer.concat([head, lists]), "buffer");
}

function macOf(proven: Buffer, manifestKey: Uint8Array): Buffer {
  return createHmac("sha256", manifestKey).update(proven).digest();
}

function parseRecord(text: string): BlobRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // What a writer stored was a record; all that it says is the writer's own.
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as BlobRecord) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
