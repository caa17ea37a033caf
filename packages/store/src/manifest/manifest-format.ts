import { hash } from "node:crypto";
import { digestBytes } from "../chunk/chunk-codec.ts";
import { isChunkSize } from "../folder/store-format.ts";

/** Bytes of a manifest's fixed parts. Their layout is specified in docs/store-layout.md, "Manifest". */
export const manifestHeaderBytes = 32;
export const manifestFooterBytes = 96;
export const rootEntryBytes = 40;
/** Chunks whose digests make one segment. */
export const chunksPerSegment = 4096;
/** What bounds a blob's length (64 TiB with chunks of 512 KiB) and the memory of its root table (1.25 MiB). */
export const maxSegments = 32_768;
/** Bound of a blob's record as JSON. */
export const maxRecordBytes = 64 * 1024;

const magic = Buffer.from("TINTBLOB", "latin1");
const version = 1;
const contentDigestOffset = 24;
const checksumOffset = 56;
const magicOffset = 88;

/** How long a manifest's content is and how it is cut. */
export interface ContentShape {
  readonly lengthBytes: number;
  readonly chunkSizeBytes: number;
}

/** What the footer of a manifest says. */
export interface ManifestFooter {
  readonly lengthBytes: number;
  readonly rootOffset: number;
  readonly segmentCount: number;
  readonly recordBytes: number;
}

export function chunkCountOf({ lengthBytes, chunkSizeBytes }: ContentShape): number {
  return Math.ceil(lengthBytes / chunkSizeBytes);
}

/** Longest blob that can be described with chunks of this size. */
export function maxLengthBytes(chunkSizeBytes: number): number {
  return maxSegments * chunksPerSegment * chunkSizeBytes;
}

/** First bytes of a manifest. `id` is 32 hex digits. */
export function encodeManifestHeader(id: string, chunkSizeBytes: number): Buffer {
  const header = Buffer.alloc(manifestHeaderBytes);
  magic.copy(header, 0);
  header.writeUInt32LE(version, 8);
  header.writeUInt32LE(chunkSizeBytes, 12);
  header.write(id, 16, "hex");
  return header;
}

/** Chunk size of the manifest with this header, or undefined when it is not the header of blob `id`. */
export function decodeManifestHeader(header: Buffer, id: string): number | undefined {
  const chunkSizeBytes = header.length === manifestHeaderBytes ? header.readUInt32LE(12) : 0;
  return isChunkSize(chunkSizeBytes) && header.equals(encodeManifestHeader(id, chunkSizeBytes)) ? chunkSizeBytes : undefined;
}

/** Last bytes of a manifest: root table, record and footer. `rootOffset` is where they will lie. */
export function encodeManifestTail(parts: {
  header: Buffer;
  root: Buffer;
  record: Buffer;
  shape: ContentShape;
  rootOffset: number;
}): Buffer {
  const { header, root, record, shape, rootOffset } = parts;
  const footer = Buffer.alloc(manifestFooterBytes);
  footer.writeBigUInt64LE(BigInt(shape.lengthBytes), 0);
  footer.writeBigUInt64LE(BigInt(rootOffset), 8);
  footer.writeUInt32LE(root.length / rootEntryBytes, 16);
  footer.writeUInt32LE(record.length, 20);
  contentDigest(root, shape).copy(footer, contentDigestOffset);
  checksum(header, root, record, footer).copy(footer, checksumOffset);
  magic.copy(footer, magicOffset);
  return Buffer.concat([root, record, footer]);
}

/** Reads the footer as far as its numbers fit a file of `fileBytes`; a string says what is wrong instead. */
export function decodeManifestFooter(footer: Buffer, fileBytes: number, chunkSizeBytes: number): ManifestFooter | string {
  if (footer.length !== manifestFooterBytes || !footer.subarray(magicOffset).equals(magic)) {
    return "it does not end with a manifest footer";
  }
  const lengthBytes = Number(footer.readBigUInt64LE(0));
  const rootOffset = Number(footer.readBigUInt64LE(8));
  const segmentCount = footer.readUInt32LE(16);
  const recordBytes = footer.readUInt32LE(20);
  const expectedSegments = Math.ceil(chunkCountOf({ lengthBytes, chunkSizeBytes }) / chunksPerSegment);
  if (lengthBytes > maxLengthBytes(chunkSizeBytes) || segmentCount !== expectedSegments || recordBytes > maxRecordBytes) {
    return `its footer gives ${lengthBytes} bytes of content, ${segmentCount} segments and a record of ${recordBytes} bytes`;
  }
  if (rootOffset < manifestHeaderBytes || rootOffset + segmentCount * rootEntryBytes + recordBytes + manifestFooterBytes !== fileBytes) {
    return `its footer places the root table at ${rootOffset}, which does not fit the file's ${fileBytes} bytes`;
  }
  return { lengthBytes, rootOffset, segmentCount, recordBytes };
}

/** Tells whether header, root table, record and footer belong together and are whole. */
export function isManifestWhole(parts: { header: Buffer; root: Buffer; record: Buffer; footer: Buffer; shape: ContentShape }): boolean {
  const { header, root, record, footer, shape } = parts;
  return (
    checksum(header, root, record, footer).equals(footer.subarray(checksumOffset, magicOffset)) &&
    contentDigest(root, shape).equals(footer.subarray(contentDigestOffset, checksumOffset))
  );
}

/** Names a content whatever the manifest's own layout and record: equal for two blobs of equal bytes and chunk size. */
function contentDigest(root: Buffer, shape: ContentShape): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(shape.lengthBytes), 0);
  head.writeUInt32LE(shape.chunkSizeBytes, 8);
  const parts: Buffer[] = [head];
  for (let at = 0; at < root.length; at += rootEntryBytes) {
    parts.push(root.subarray(at, at + digestBytes));
  }
  return hash("sha256", Buffer.concat(parts), "buffer");
}

function checksum(header: Buffer, root: Buffer, record: Buffer, footer: Buffer): Buffer {
  return hash("sha256", Buffer.concat([header, root, record, footer.subarray(0, checksumOffset)]), "buffer");
}
