import type { FileHandle } from "node:fs/promises";
import type { Piece } from "../core/disk-writer.ts";
import { dataRuns } from "../pipeline/data-runs.ts";
import { WRITES_AT_A_TIME } from "../pipeline/pace.ts";

/** The unit in which file systems keep holes. */
const HOLE_BYTES = 4096;

/**
 * Writes pieces into an open file, a few at a time, and leaves blocks of zeros as holes.
 *
 * Shape   the file must be new: where nothing is written it must read as zeros
 * Memory  4 pieces being written
 * Throws  the system's error of the first write that failed, from the next call on
 */
export class FileWrites {
  readonly #file: FileHandle;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  #endBytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Where the furthest piece ends. */
  get endBytes(): number {
    return this.#endBytes;
  }

  /** Starts to write a piece; waits while too many are being written. */
  async write(piece: Piece): Promise<void> {
    this.#throwFailure();
    const task = this.#writePiece(piece).finally(() => this.#running.delete(task));
    this.#running.add(task);
    if (this.#running.size >= WRITES_AT_A_TIME) {
      await Promise.race(this.#running);
      this.#throwFailure();
    }
  }

  /** Waits until nothing is being written any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
    this.#throwFailure();
  }

  /** Waits as `settle`, after a failure that is known already. */
  async stop(): Promise<void> {
    await Promise.all(this.#running);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) {
      throw this.#failure.error;
    }
  }

  async #writePiece(piece: Piece): Promise<void> {
    this.#endBytes = Math.max(this.#endBytes, piece.offset + piece.bytes.length);
    try {
      for (const { start, end } of dataRuns(piece.bytes, HOLE_BYTES, piece.offset)) {
        await this.#writeAll(piece.bytes.subarray(start, end), piece.offset + start);
      }
      piece.release?.();
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  async #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done);
      if (bytesWritten === 0) {
        throw new Error(`the system took none of ${bytes.length - done} bytes at ${position + done}`);
      }
      done += bytesWritten;
    }
  }
}
