import { mkdtemp, open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { DiskError } from "../core/disk-error.ts";
import type { BlockDevice, DeviceWrites, Stretch } from "./block-device.ts";
import { BlockStates } from "./block-states.ts";
import type { BlockState } from "./block-states.ts";
import { RangeLock } from "./range-lock.ts";

const BLOCK_BYTES = 64 * 1024;
const zeros = Buffer.alloc(BLOCK_BYTES);

/** A part of a request that lies in blocks of one state. */
interface Part {
  readonly offset: number;
  readonly length: number;
  readonly state: BlockState;
}

/**
 * Makes a device that can be written of one that cannot: what is written goes to a sparse file in `folder`, by blocks of 64 KiB, and is gone
 * when the device is closed. The file has no name once it is open, so nothing is left behind by a process that is killed. The device beneath is
 * never changed; it is taken over.
 *
 * Memory  4 MiB a TiB (see `BlockStates`), and one block for each write under way that does not fill its first or last block
 * Throws  disk.io (no file can be made in the folder)
 */
export function copyOnWrite(base: BlockDevice, folder: string): Promise<BlockDevice> {
  return closeOnFailure(base, async () => new CopyOnWriteDevice(base, await openNameless(folder)));
}

async function openNameless(folder: string): Promise<FileHandle> {
  try {
    const place = await mkdtemp(join(folder, "tintype-writes-"));
    try {
      return await open(join(place, "blocks"), "wx+", 0o600);
    } finally {
      await rm(place, { recursive: true });
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DiskError("disk.io", `No file for what is written can be made in ${folder}: ${reason}.`, {
      remedy: "Name a folder that can be written, with room for what the machine will write.",
      cause: error,
    });
  }
}

class CopyOnWriteDevice implements BlockDevice {
  readonly sizeBytes: number;
  readonly writes: DeviceWrites;
  readonly #base: BlockDevice;
  readonly #file: FileHandle;
  readonly #states: BlockStates;
  readonly #locks = new RangeLock();
  #closing: Promise<void> | undefined;

  constructor(base: BlockDevice, file: FileHandle) {
    this.#base = base;
    this.#file = file;
    this.sizeBytes = base.sizeBytes;
    this.#states = new BlockStates(Math.ceil(base.sizeBytes / BLOCK_BYTES));
    this.writes = {
      write: (offset, bytes, options) => this.#locked(offset, bytes.length, () => this.#write(offset, bytes, options)),
      writeZeroes: (offset, length, options) => this.#locked(offset, length, () => this.#writeZeroes(offset, length, options)),
      trim: (offset, length) => this.#locked(offset, length, async () => this.#forget(offset, length)),
    };
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    const parts = [...this.#parts(offset, length)];
    if (parts.length === 1 && parts[0]?.state === "base") {
      return this.#base.read(offset, length, options);
    }
    const target = Buffer.allocUnsafe(length);
    for (const part of parts) {
      const room = target.subarray(part.offset - offset, part.offset - offset + part.length);
      if (part.state === "base") {
        room.set(await this.#base.read(part.offset, part.length, options));
      } else if (part.state === "zero") {
        room.fill(0);
      } else {
        await this.#readLocal(room, part.offset);
      }
    }
    return target;
  }

  async *stretches(offset: number, length: number, options?: ReadOptions): AsyncGenerator<Stretch> {
    for (const part of this.#parts(offset, length)) {
      if (part.state === "base") {
        yield* this.#base.stretches(part.offset, part.length, options);
      } else {
        yield { offset: part.offset, length: part.length, isZero: part.state === "zero" };
      }
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#file.close();
    await this.#base[Symbol.asyncDispose]();
  }

  *#parts(offset: number, length: number): Generator<Part> {
    const first = Math.floor(offset / BLOCK_BYTES);
    const count = Math.ceil((offset + length) / BLOCK_BYTES) - first;
    for (const run of this.#states.runs(first, count)) {
      const start = Math.max(run.first * BLOCK_BYTES, offset);
      const end = Math.min((run.first + run.count) * BLOCK_BYTES, offset + length);
      yield { offset: start, length: end - start, state: run.state };
    }
  }

  /** A block is filled from beneath before its first write; nothing else may write it meanwhile. */
  #locked(offset: number, length: number, task: () => Promise<void>): Promise<void> {
    return this.#locks.run({ first: Math.floor(offset / BLOCK_BYTES), end: Math.ceil((offset + length) / BLOCK_BYTES) }, task);
  }

  async #write(offset: number, bytes: Uint8Array, options?: ReadOptions): Promise<void> {
    const end = offset + bytes.length;
    const [wholeStart, wholeEnd] = this.#wholeBlocks(offset, end);
    if (wholeStart >= wholeEnd) {
      for (let at = offset; at < end;) {
        const stop = Math.min(end, blockEnd(at));
        await this.#writeInBlock(at, bytes.subarray(at - offset, stop - offset), options);
        at = stop;
      }
      return;
    }
    if (offset < wholeStart) {
      await this.#writeInBlock(offset, bytes.subarray(0, wholeStart - offset), options);
    }
    await this.#writeLocal(wholeStart, bytes.subarray(wholeStart - offset, wholeEnd - offset));
    this.#setStates(wholeStart, wholeEnd, "local");
    if (wholeEnd < end) {
      await this.#writeInBlock(wholeEnd, bytes.subarray(wholeEnd - offset), options);
    }
  }

  /** Writes a part of one block, which becomes local as a whole. */
  async #writeInBlock(offset: number, bytes: Uint8Array, options?: ReadOptions): Promise<void> {
    const index = Math.floor(offset / BLOCK_BYTES);
    const state = this.#states.get(index);
    if (state === "local") {
      await this.#writeLocal(offset, bytes);
      return;
    }
    const start = index * BLOCK_BYTES;
    const block = Buffer.alloc(Math.min(BLOCK_BYTES, this.sizeBytes - start));
    if (state === "base") {
      block.set(await this.#base.read(start, block.length, options));
    }
    block.set(bytes, offset - start);
    await this.#writeLocal(start, block);
    this.#states.set(index, 1, "local");
  }

  async #writeZeroes(offset: number, length: number, options?: ReadOptions): Promise<void> {
    const end = offset + length;
    const [wholeStart, wholeEnd] = this.#wholeBlocks(offset, end);
    const ragged = wholeStart < wholeEnd ? [[offset, wholeStart] as const, [wholeEnd, end] as const] : [[offset, end] as const];
    this.#setStates(wholeStart, wholeEnd, "zero");
    for (const [from, to] of ragged) {
      for (let at = from; at < to;) {
        const stop = Math.min(to, blockEnd(at));
        if (this.#states.get(Math.floor(at / BLOCK_BYTES)) !== "zero") {
          await this.#writeInBlock(at, zeros.subarray(0, stop - at), options);
        }
        at = stop;
      }
    }
  }

  #forget(offset: number, length: number): void {
    const [start, end] = this.#wholeBlocks(offset, offset + length);
    this.#setStates(start, end, "zero");
  }

  /** The blocks that a range holds whole; the end of the disk ends its last block. Start is not below end when there are none. */
  #wholeBlocks(offset: number, end: number): readonly [start: number, end: number] {
    const start = Math.ceil(offset / BLOCK_BYTES) * BLOCK_BYTES;
    return [start, end === this.sizeBytes ? end : Math.floor(end / BLOCK_BYTES) * BLOCK_BYTES];
  }

  #setStates(start: number, end: number, state: BlockState): void {
    const first = start / BLOCK_BYTES;
    this.#states.set(first, Math.ceil(end / BLOCK_BYTES) - first, state);
  }

  async #readLocal(target: Uint8Array, offset: number): Promise<void> {
    for (let done = 0; done < target.length;) {
      const { bytesRead } = await this.#file.read(target, done, target.length - done, offset + done);
      if (bytesRead === 0) {
        throw new DiskError("disk.io", `The file for what is written ends before offset ${offset + done}.`);
      }
      done += bytesRead;
    }
  }

  async #writeLocal(offset: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, offset + done);
      done += bytesWritten;
    }
  }
}

function blockEnd(offset: number): number {
  return (Math.floor(offset / BLOCK_BYTES) + 1) * BLOCK_BYTES;
}
