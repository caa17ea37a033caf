import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { BlobId, BlobRecord } from "../blob-store.ts";
import { digestBytes, digestOf } from "../chunk/chunk-codec.ts";
import { writeExactly } from "../folder/write-exactly.ts";
import {
  chunkCountOf,
  chunksPerSegment,
  encodeManifestHeader,
  encodeManifestTail,
  manifestHeaderBytes,
  maxRecordBytes,
  rootEntryBytes,
} from "./manifest-format.ts";

const segmentBytes = chunksPerSegment * digestBytes;

/**
 * Writes a manifest front to back while the content's chunks become known.
 *
 * Memory  one segment (128 KiB) and the root table (at most 1.25 MiB)
 */
export class ManifestWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #header: Buffer;
  readonly #chunkSizeBytes: number;
  readonly #root: Buffer[] = [];
  readonly #segment = Buffer.alloc(segmentBytes);
  #endBytes = manifestHeaderBytes;

  private constructor(file: FileHandle, id: BlobId, chunkSizeBytes: number) {
    this.#file = file;
    this.#header = encodeManifestHeader(id, chunkSizeBytes);
    this.#chunkSizeBytes = chunkSizeBytes;
  }

  static async create(path: string, id: BlobId, chunkSizeBytes: number): Promise<ManifestWriter> {
    return new ManifestWriter(await open(path, "wx"), id, chunkSizeBytes);
  }

  /** Tells whether the chunk lies in the segment that `set` fills now. */
  isCurrent(chunkIndex: number): boolean {
    return Math.floor(chunkIndex / chunksPerSegment) === this.#root.length;
  }

  /** Moves on to the segment of a later chunk. All chunks of the segments before must be set; those that were not are zeros. */
  async advanceTo(chunkIndex: number): Promise<void> {
    while (!this.isCurrent(chunkIndex)) {
      await this.#endSegment(chunksPerSegment);
    }
  }

  /** Notes a chunk of the current segment. */
  set(chunkIndex: number, digest: Uint8Array): void {
    this.#segment.set(digest, (chunkIndex % chunksPerSegment) * digestBytes);
  }

  /** Adds what is missing, and flushes the file. */
  async finish(content: { readonly lengthBytes: number; readonly record: Buffer }): Promise<void> {
    const shape = { lengthBytes: content.lengthBytes, chunkSizeBytes: this.#chunkSizeBytes };
    const chunkCount = chunkCountOf(shape);
    if (chunkCount > 0) {
      await this.advanceTo(chunkCount - 1);
      await this.#endSegment(chunkCount - this.#root.length * chunksPerSegment);
    }
    const root = Buffer.concat(this.#root);
    const parts = { header: this.#header, root, record: content.record, shape, rootOffset: this.#endBytes };
    await writeExactly(this.#file, this.#endBytes, encodeManifestTail(parts));
    await writeExactly(this.#file, 0, this.#header);
    await this.#file.sync();
    await this.#file.close();
  }

  /** Closes the file, when `finish` did not. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  async #endSegment(chunkCount: number): Promise<void> {
    const digests = this.#segment.subarray(0, chunkCount * digestBytes);
    const entry = Buffer.alloc(rootEntryBytes);
    if (!isZero(digests)) {
      digestOf(digests).copy(entry, 0);
      entry.writeBigUInt64LE(BigInt(this.#endBytes), digestBytes);
      await writeExactly(this.#file, this.#endBytes, digests);
      this.#endBytes += digests.length;
      this.#segment.fill(0);
    }
    this.#root.push(entry);
  }
}

/** A blob's record as it is stored. Throws RangeError when it takes more than 64 KiB. */
export function encodeRecord(record: BlobRecord): Buffer {
  const bytes = Buffer.from(JSON.stringify(record), "utf8");
  if (bytes.length > maxRecordBytes) {
    throw new RangeError(`A blob's record takes at most ${maxRecordBytes} bytes as JSON, this one takes ${bytes.length}.`);
  }
  return bytes;
}

const zeros = Buffer.alloc(segmentBytes);

function isZero(bytes: Buffer): boolean {
  return bytes.equals(zeros.subarray(0, bytes.length));
}
