import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { FileError } from "../errors/file-error.ts";

const CHUNK_BYTES = 512 * 1024;
/** How much of each end goes into the fingerprint. */
const END_BYTES = 1024 * 1024;

/**
 * A local file that is being uploaded, and must not change meanwhile.
 *
 * Memory  one chunk of 512 KiB a reader, and what the reader's consumer keeps
 */
export class UploadSource implements AsyncDisposable {
  readonly lengthBytes: number;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #modifiedMs: number;

  private constructor(path: string, handle: FileHandle, facts: { readonly lengthBytes: number; readonly modifiedMs: number }) {
    this.#path = path;
    this.#handle = handle;
    this.lengthBytes = facts.lengthBytes;
    this.#modifiedMs = facts.modifiedMs;
  }

  static async open(path: string): Promise<UploadSource> {
    const handle = await open(path);
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size === 0) {
        throw new FileError(`${path} is ${stat.isFile() ? "empty" : "not a regular file"}.`);
      }
      return new UploadSource(path, handle, { lengthBytes: stat.size, modifiedMs: stat.mtimeMs });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * A key that the same file gets in every run: a fingerprint of its name, length, time of change, and both ends. It only finds an
   * earlier upload again; whether that holds the same bytes is told by the parts' digests. It ends with the file's name, or as asked for.
   */
  async key(ending?: string): Promise<string> {
    const name = basename(this.#path);
    const fingerprint = createHash("sha256").update(JSON.stringify([name, this.lengthBytes, this.#modifiedMs]));
    for (const offset of [0, Math.max(0, this.lengthBytes - END_BYTES)]) {
      for await (const chunk of this.read({ offset, lengthBytes: Math.min(END_BYTES, this.lengthBytes) })) {
        fingerprint.update(chunk);
      }
    }
    return `uploads/${fingerprint.digest("hex").slice(0, 24)}/${ending ?? name.replace(/[^A-Za-z0-9._-]/g, "_").slice(-100)}`;
  }

  /** Reads a stretch in order, in chunks that the consumer may keep. */
  async *read(range: { readonly offset: number; readonly lengthBytes: number }): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const end = range.offset + range.lengthBytes;
    for (let offset = range.offset; offset < end;) {
      const chunk = new Uint8Array(Math.min(CHUNK_BYTES, end - offset));
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, offset);
      if (bytesRead === 0) {
        throw this.#changed();
      }
      yield chunk.subarray(0, bytesRead);
      offset += bytesRead;
    }
  }

  /** MD5 of a stretch, hex. */
  async md5(range: { readonly offset: number; readonly lengthBytes: number }): Promise<string> {
    const digest = createHash("md5");
    for await (const chunk of this.read(range)) {
      digest.update(chunk);
    }
    return digest.digest("hex");
  }

  /** Throws when the file is no longer what it was when it was opened. */
  async checkUnchanged(): Promise<void> {
    const stat = await this.#handle.stat();
    if (stat.size !== this.lengthBytes || stat.mtimeMs !== this.#modifiedMs) {
      throw this.#changed();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  #changed(): FileError {
    return new FileError(`${this.#path} was changed while it was being uploaded. Wait until nothing writes to it, then start again.`);
  }
}
