import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { readByFilling } from "../core/read-by-filling.ts";
import { bindSystemSeek, seekExtents } from "./seek-extents.ts";
import type { Seek } from "./seek-extents.ts";

export interface LocalFileOptions {
  /** How holes are found; null takes the whole file for data. Default: the system's `lseek`, where it can be called. */
  readonly seek?: Seek | null;
}

let systemSeek: { readonly seek: Seek | undefined } | undefined;

/**
 * Opens a local file for random reading. The caller closes it, or the disk that is opened on it does.
 *
 * Memory  what one read returns
 * Throws  disk.io (missing, not readable, not a regular file)
 */
export async function openLocalFile(path: string, options: LocalFileOptions = {}): Promise<ByteSource> {
  const handle = await openHandle(path);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw new DiskError("disk.io", `${path} is not a regular file.`, { remedy: "Name a file that holds a disk image." });
    }
    return new LocalFile(path, handle, { lengthBytes: stat.size, seek: chooseSeek(options) });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openHandle(path: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer for ever.
    return await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw new DiskError("disk.io", `${path} cannot be opened: ${reasonOf(error)}.`, {
      remedy: "Check the name and that this user may read the file.",
      cause: error,
    });
  }
}

function chooseSeek({ seek }: LocalFileOptions): Seek | undefined {
  if (seek !== undefined) {
    return seek ?? undefined;
  }
  systemSeek ??= { seek: bindSystemSeek() };
  return systemSeek.seek;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

class LocalFile implements ByteSource {
  readonly lengthBytes: number;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #seek: Seek | undefined;
  #closing: Promise<void> | undefined;

  constructor(path: string, handle: FileHandle, facts: { lengthBytes: number; seek: Seek | undefined }) {
    this.#path = path;
    this.#handle = handle;
    this.lengthBytes = facts.lengthBytes;
    this.#seek = facts.seek;
  }

  read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    return readByFilling(this, offset, length, options);
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    for (let done = 0; done < target.length;) {
      options?.signal?.throwIfAborted();
      const bytesRead = await this.#readOnce(target, done, offset + done);
      if (bytesRead === 0) {
        throw this.#shrunk(offset + done);
      }
      done += bytesRead;
    }
  }

  async *extents(options?: ReadOptions): AsyncGenerator<Extent> {
    yield* seekExtents({ fd: this.#handle.fd, lengthBytes: this.lengthBytes }, this.#seek, options);
    // A file that was cut off answers "no more data" too: its missing end must not pass for a hole.
    const { size } = await this.#handle.stat();
    if (size < this.lengthBytes) {
      throw this.#shrunk(size);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#handle.close();
    return this.#closing;
  }

  async #readOnce(target: Uint8Array, done: number, position: number): Promise<number> {
    try {
      return (await this.#handle.read(target, done, target.length - done, position)).bytesRead;
    } catch (error) {
      throw new DiskError("disk.io", `${this.#path} cannot be read at ${position}: ${reasonOf(error)}.`, { cause: error });
    }
  }

  #shrunk(atBytes: number): DiskError {
    return new DiskError("disk.truncated", `${this.#path} ends at ${atBytes} and had ${this.lengthBytes} bytes when it was opened.`, {
      remedy: "Wait until nothing writes to the file any more, then start again.",
    });
  }
}
