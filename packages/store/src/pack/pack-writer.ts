import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { writeExactly } from "../folder/write-exactly.ts";
import { encodePackHeader, encodePackTail, maxChunksWritten, packHeaderBytes } from "./pack-format.ts";
import type { PackEntry } from "./pack-format.ts";

/**
 * Writes one pack file. Chunks may be appended while earlier ones are still being written.
 *
 * Memory  its index: at most 1024 entries
 */
export class PackWriter implements AsyncDisposable {
  readonly name: string;
  readonly path: string;
  readonly #file: FileHandle;
  readonly #limitBytes: number;
  readonly #entries: PackEntry[] = [];
  readonly #writes: Promise<void>[] = [];
  #endBytes = packHeaderBytes;

  private constructor(pack: { name: string; path: string; file: FileHandle; limitBytes: number }) {
    const { name, path, file, limitBytes } = pack;
    this.name = name;
    this.path = path;
    this.#file = file;
    this.#limitBytes = limitBytes;
  }

  /** `limitBytes` is the length at which the pack counts as full; the chunk that reaches it still belongs to it. */
  static async create(path: string, name: string, limitBytes: number): Promise<PackWriter> {
    const file = await open(path, "wx", 0o600);
    try {
      await writeExactly(file, 0, encodePackHeader(name));
    } catch (error) {
      await file.close();
      throw error;
    }
    return new PackWriter({ name, path, file, limitBytes });
  }

  get isFull(): boolean {
    return this.#endBytes >= this.#limitBytes || this.#entries.length >= maxChunksWritten;
  }

  /** Takes its place in the pack at once, and settles when the bytes are with the operating system. */
  async append(bytes: Uint8Array, chunk: Omit<PackEntry, "offset" | "storedLength">): Promise<void> {
    const offset = this.#endBytes;
    this.#endBytes += bytes.length;
    this.#entries.push({ ...chunk, offset, storedLength: bytes.length });
    const write = writeExactly(this.#file, offset, bytes);
    this.#writes.push(write);
    await write;
  }

  /** Adds index and footer and flushes the file. Nothing may be appended after this was called. */
  async finish(): Promise<readonly PackEntry[]> {
    await Promise.all(this.#writes);
    await writeExactly(this.#file, this.#endBytes, encodePackTail(this.name, this.#entries, this.#endBytes));
    await this.#file.sync();
    await this.#file.close();
    return this.#entries;
  }

  /** Closes the file when `finish` did not, after waiting for what is being written. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#writes);
    await this.#file.close();
  }
}
