import type { MultipartTarget } from "../multipart-target.ts";

/** An upload into memory, which keeps what a service would keep and notes what it was asked. For tests. */
export class MemoryTarget implements MultipartTarget {
  readonly partSizeBytes: number;
  readonly maxParts: number | undefined;
  /** Numbers of the parts in the order in which they came. */
  readonly order: number[] = [];
  /** Set by `complete`. */
  file: Buffer | undefined;
  timesAborted = 0;
  mostAtATime = 0;
  /** The part whose upload fails. */
  failingPart: number | undefined;
  #atATime = 0;
  readonly #parts = new Map<number, Buffer>();

  constructor(partSizeBytes: number, maxParts?: number) {
    this.partSizeBytes = partSizeBytes;
    this.maxParts = maxParts;
  }

  async putPart(number: number, bytes: Uint8Array): Promise<void> {
    if (this.#parts.has(number)) {
      throw new Error(`Part ${number} came twice.`);
    }
    this.order.push(number);
    this.#atATime += 1;
    this.mostAtATime = Math.max(this.mostAtATime, this.#atATime);
    await new Promise(setImmediate);
    this.#atATime -= 1;
    if (number === this.failingPart) {
      throw new Error(`part ${number} was refused`);
    }
    this.#parts.set(number, Buffer.from(bytes));
  }

  async complete(partCount: number): Promise<void> {
    const parts = Array.from({ length: partCount }, (_, index) => this.#parts.get(index + 1));
    for (const [index, part] of parts.entries()) {
      const isLast = index === partCount - 1;
      if (part === undefined || (isLast ? part.length > this.partSizeBytes : part.length !== this.partSizeBytes)) {
        throw new Error(`Part ${index + 1} of ${partCount} has ${part?.length} bytes.`);
      }
    }
    if (this.#parts.size !== partCount) {
      throw new Error(`${this.#parts.size} parts came, ${partCount} were to be joined.`);
    }
    this.file = Buffer.concat(parts.filter((part) => part !== undefined));
  }

  async abort(): Promise<void> {
    if (this.#atATime > 0) {
      throw new Error("Parts are being sent while the upload is dropped.");
    }
    this.timesAborted += 1;
  }
}
