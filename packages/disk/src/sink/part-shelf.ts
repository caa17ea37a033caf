import { DiskError } from "../core/disk-error.ts";
import type { Piece, PlannedFile } from "../core/disk-writer.ts";
import type { MultipartTarget } from "./multipart-target.ts";
import { PartUploads } from "./part-uploads.ts";

/** Parts at the front that are never sent while bytes of theirs are missing: the head and the tables of a format lie there, and come last. */
const HEAD_PARTS = 3;

/** A part that is being put together. */
interface OpenPart {
  readonly number: number;
  readonly buffer: Uint8Array<ArrayBuffer>;
  filledBytes: number;
}

/**
 * Puts pieces together into parts. A part is sent as soon as every byte of it is there; with a sequential plan also when the plan is past it.
 * Other parts wait, with what the plan leaves out as zeros; when there are too many, the one not touched for longest is taken for finished.
 *
 * Memory  `maxParts` parts, open or being sent, and one of zeros
 * Throws  disk.limit (a piece for a part that was sent already; more parts than the target takes), what the target throws
 */
export class PartShelf {
  readonly #plan: PlannedFile;
  readonly #target: MultipartTarget;
  readonly #uploads: PartUploads;
  readonly #maxHeld: number;
  /** A Map iterates in the order of insertion: the first one was not touched for longest. */
  readonly #open = new Map<number, OpenPart>();
  readonly #sent = new Set<number>();
  #endBytes = 0;

  constructor(plan: PlannedFile, target: MultipartTarget, limits: { readonly maxHeldParts: number; readonly uploadsAtATime: number }) {
    this.#plan = plan;
    this.#target = target;
    this.#maxHeld = limits.maxHeldParts;
    this.#uploads = new PartUploads(target, { maxBuffers: limits.maxHeldParts, uploadsAtATime: limits.uploadsAtATime });
  }

  /** Takes the bytes of a piece; its memory may change afterwards. */
  async add({ offset, bytes }: Piece): Promise<void> {
    const { partSizeBytes } = this.#target;
    const { totalBytes = Number.MAX_SAFE_INTEGER } = this.#plan;
    if (offset + bytes.length > totalBytes) {
      throw new RangeError(`A piece of ${bytes.length} bytes at ${offset} leaves the ${totalBytes} planned bytes.`);
    }
    this.#endBytes = Math.max(this.#endBytes, offset + bytes.length);
    for (let done = 0; done < bytes.length;) {
      const number = Math.floor((offset + done) / partSizeBytes) + 1;
      const start = (offset + done) % partSizeBytes;
      const length = Math.min(partSizeBytes - start, bytes.length - done);
      const part = await this.#openPart(number);
      part.buffer.set(bytes.subarray(done, done + length), start);
      part.filledBytes += length;
      done += length;
      if (part.filledBytes >= this.#lengthOf(number)) {
        await this.#send(part);
      }
    }
  }

  /** Refuses a length that is known to need too many parts, before anything is made. */
  refuseTooLong(): void {
    this.#refuseNumber(Math.ceil((this.#plan.totalBytes ?? 0) / this.#target.partSizeBytes));
  }

  /** Sends everything that is left; what no piece covered is zeros. */
  async finish(signal: AbortSignal | undefined): Promise<{ readonly lengthBytes: number; readonly partCount: number }> {
    const { partSizeBytes } = this.#target;
    const lengthBytes = this.#plan.totalBytes ?? this.#endBytes;
    const partCount = Math.max(Math.ceil(lengthBytes / partSizeBytes), 1);
    for (let number = 1; number <= partCount; number += 1) {
      signal?.throwIfAborted();
      await this.#sendRest(number, Math.min(partSizeBytes, lengthBytes - (number - 1) * partSizeBytes));
    }
    await this.#uploads.settle();
    return { lengthBytes, partCount };
  }

  /** Waits until nothing is being sent, after a failure. */
  async stop(): Promise<void> {
    await this.#uploads.stop();
  }

  async #openPart(number: number): Promise<OpenPart> {
    const known = this.#open.get(number);
    if (known !== undefined) {
      this.#open.delete(number);
      this.#open.set(number, known);
      return known;
    }
    this.#refuseNumber(number);
    if (this.#sent.has(number)) {
      throw tooScattered(number, this.#maxHeld, this.#target);
    }
    if (this.#plan.sequential) {
      await this.#sendOpen();
    }
    await this.#makeRoom();
    const part = { number, buffer: this.#uploads.takeBuffer(), filledBytes: 0 };
    this.#open.set(number, part);
    return part;
  }

  /** Sends what a sequential plan is past. (Parts that it left out altogether are sent at the end: they need no memory.) */
  async #sendOpen(): Promise<void> {
    for (const part of this.#open.values()) {
      await this.#send(part);
    }
  }

  async #makeRoom(): Promise<void> {
    while (this.#open.size + this.#uploads.count >= this.#maxHeld) {
      if (this.#uploads.count > 0) {
        await this.#uploads.waitForOne();
      } else {
        await this.#send(this.#stalest());
      }
    }
  }

  /** Chooses the part to take for finished: neither one of the head, nor the furthest, which is still growing. */
  #stalest(): OpenPart {
    const furthest = Math.floor((this.#endBytes - 1) / this.#target.partSizeBytes) + 1;
    for (const part of this.#open.values()) {
      if (part.number > HEAD_PARTS && part.number !== furthest) {
        return part;
      }
    }
    throw new RangeError(`${this.#maxHeld} parts in memory are too few.`);
  }

  async #send(part: OpenPart): Promise<void> {
    this.#open.delete(part.number);
    this.#sent.add(part.number);
    await this.#uploads.send(part.number, part.buffer, this.#lengthOf(part.number));
  }

  async #sendRest(number: number, length: number): Promise<void> {
    const part = this.#open.get(number);
    if (part !== undefined) {
      this.#open.delete(number);
      await this.#uploads.send(number, part.buffer, length);
    } else if (!this.#sent.has(number)) {
      await this.#uploads.sendZeros(number, length);
    }
  }

  /** Length of a part; when the file's length is not known, every part counts as a whole one until the end. */
  #lengthOf(number: number): number {
    const { partSizeBytes } = this.#target;
    return Math.min(partSizeBytes, (this.#plan.totalBytes ?? Number.MAX_SAFE_INTEGER) - (number - 1) * partSizeBytes);
  }

  #refuseNumber(number: number): void {
    const { maxParts = 10_000, partSizeBytes } = this.#target;
    if (number > maxParts) {
      throw new DiskError("disk.limit", `The file needs part ${number} of ${partSizeBytes} bytes; at most ${maxParts} are possible.`, {
        remedy: "Choose larger parts.",
      });
    }
  }
}

function tooScattered(number: number, maxHeld: number, { partSizeBytes }: MultipartTarget): DiskError {
  return new DiskError(
    "disk.limit",
    `The file comes in too scattered an order to upload it: part ${number} got bytes after it was sent, with ${maxHeld} parts of ${partSizeBytes} bytes in memory.`,
    { remedy: "Choose larger parts or more of them in memory, or write a file first and upload that." },
  );
}
