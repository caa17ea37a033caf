import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { BlobId, BlobRecord } from "../blob-store.ts";
import { digestBytes, digestOf } from "../chunk/chunk-codec.ts";
import { readExactly } from "../folder/read-exactly.ts";
import { StoreError } from "../store-error.ts";
import {
  chunkCountOf,
  chunksPerSegment,
  decodeManifestFooter,
  decodeManifestHeader,
  isManifestWhole,
  manifestFooterBytes,
  manifestHeaderBytes,
  rootEntryBytes,
} from "./manifest-format.ts";
import type { ContentShape } from "./manifest-format.ts";

const noDigest = Buffer.alloc(digestBytes);
const segmentsKept = 4;

/**
 * A committed manifest, open for reading. Opening reads the root table and the record; segments are read when a chunk of theirs is
 * asked for, and proven by the digest in the root table.
 *
 * Memory  root table (at most 1.25 MiB, 40 KiB for 2 TiB) and 4 segments of 128 KiB
 */
export class ManifestFile implements AsyncDisposable {
  readonly shape: ContentShape;
  readonly record: BlobRecord;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #root: Buffer;
  /** Least recently used first. */
  readonly #segments = new Map<number, Buffer>();

  private constructor(opened: { file: FileHandle; path: string; shape: ContentShape; record: BlobRecord; root: Buffer }) {
    this.shape = opened.shape;
    this.record = opened.record;
    this.#file = opened.file;
    this.#path = opened.path;
    this.#root = opened.root;
  }

  /** Throws  `store.damaged` when header, root table, record or footer are not whole; what the system says when there is no file */
  static async open(path: string, id: BlobId): Promise<ManifestFile> {
    const file = await open(path, "r");
    try {
      const { shape, record, root } = await readManifest(file, path, id);
      return new ManifestFile({ file, path, shape, record, root });
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get segmentCount(): number {
    return this.#root.length / rootEntryBytes;
  }

  /**
   * Digests of a segment's chunks, 32 bytes each, zeros for a zero chunk; undefined when all of them are zero chunks.
   *
   * Throws  `store.damaged` when the segment does not match the root table
   */
  async segment(number: number): Promise<Buffer | undefined> {
    const entry = this.#root.subarray(number * rootEntryBytes, (number + 1) * rootEntryBytes);
    const digest = entry.subarray(0, digestBytes);
    if (digest.equals(noDigest)) {
      return undefined;
    }
    const kept = this.#segments.get(number);
    const segment = kept ?? (await this.#readSegment(number, digest, Number(entry.readBigUInt64LE(digestBytes))));
    this.#segments.delete(number);
    this.#segments.set(number, segment);
    const oldest = this.#segments.keys().next().value;
    if (this.#segments.size > segmentsKept && oldest !== undefined) {
      this.#segments.delete(oldest);
    }
    return segment;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #readSegment(number: number, digest: Buffer, offset: number): Promise<Buffer> {
    const chunkCount = Math.min(chunksPerSegment, chunkCountOf(this.shape) - number * chunksPerSegment);
    const bytes = Buffer.alloc(chunkCount * digestBytes);
    const length = await readExactly(this.#file, offset, bytes);
    if (length < bytes.length || !digestOf(bytes).equals(digest)) {
      throw damagedManifest(this.#path, `segment ${number} at offset ${offset} does not match its digest`);
    }
    return bytes;
  }
}

async function readManifest(
  file: FileHandle,
  path: string,
  id: BlobId,
): Promise<{ shape: ContentShape; record: BlobRecord; root: Buffer }> {
  const { size } = await file.stat();
  const read = async (offset: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(length);
    return bytes.subarray(0, await readExactly(file, offset, bytes));
  };
  const header = await read(0, manifestHeaderBytes);
  const chunkSizeBytes = decodeManifestHeader(header, id);
  if (chunkSizeBytes === undefined) {
    throw damagedManifest(path, "its header is not that of this blob");
  }
  const footer = await read(Math.max(0, size - manifestFooterBytes), manifestFooterBytes);
  const places = decodeManifestFooter(footer, size, chunkSizeBytes);
  if (typeof places === "string") {
    throw damagedManifest(path, places);
  }
  const shape = { lengthBytes: places.lengthBytes, chunkSizeBytes };
  const root = await read(places.rootOffset, places.segmentCount * rootEntryBytes);
  const record = await read(places.rootOffset + root.length, places.recordBytes);
  if (!isManifestWhole({ header, root, record, footer, shape })) {
    throw damagedManifest(path, "its root table and record do not match the checksum in its footer");
  }
  // The checksum proves that these are the bytes a writer made of a BlobRecord.
  return { shape, record: JSON.parse(record.toString("utf8")) as BlobRecord, root };
}

function damagedManifest(path: string, reason: string): StoreError {
  return new StoreError("store.damaged", `Manifest ${path} is damaged: ${reason}. Restore the file from a backup.`);
}
