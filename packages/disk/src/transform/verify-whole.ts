import type { ByteSource, Extent, ReadOptions } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { extentsOf } from "../core/extents-of.ts";
import { fillFrom } from "../core/fill-from.ts";
import { BLOCK_BYTES } from "../pipeline/pace.ts";
import { HashThread } from "./hash-thread.ts";

/** A source that is verified as a whole. */
export interface WholeVerification extends ByteSource {
  /**
   * Reads and hashes what no read has reached in order, and compares. Nothing else may read meanwhile.
   *
   * Throws  disk.corrupt (the content is not what the digest says), what the source throws
   */
  finish(options?: ReadOptions): Promise<void>;
}

/**
 * Hashes a source while it is read from start to end, and compares with the one digest that is known of it. Reads that jump are served and not
 * hashed; `finish` makes good for them. Bytes are given out before the verdict: what was made of them counts only when `finish` has returned.
 * Closing it closes the source, without a verdict.
 *
 * Memory  what is read, once more while it is hashed; 2 MiB in `finish`; a thread of about 10 MiB
 * Throws  RangeError (not 32 bytes); the read that reaches the end: disk.corrupt, when the content is not what the digest says
 */
export function verifyWhole(source: ByteSource, sha256: Uint8Array): WholeVerification {
  if (sha256.length !== 32) {
    throw new RangeError(`A SHA-256 has 32 bytes, not ${sha256.length}.`);
  }
  return new WholeVerifiedSource(source, sha256);
}

/** The right and duty of one read to hash its bytes, after those of the read before. */
interface Claim {
  /** Bytes of the read that were hashed before. */
  readonly skip: number;
  readonly previous: Promise<void>;
  readonly isLast: boolean;
  release(): void;
}

class WholeVerifiedSource implements WholeVerification {
  readonly lengthBytes: number;
  readonly #source: ByteSource;
  readonly #expected: Uint8Array;
  readonly #hash = new HashThread("sha256");
  /** Bytes that are hashed, or claimed by a read under way. */
  #claimedBytes = 0;
  #last: Promise<void> = Promise.resolve();
  /** A claimed read failed: the hash has a gap, and begins again in `finish`. */
  #hasGap = false;
  #verdict: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(source: ByteSource, expected: Uint8Array) {
    this.#source = source;
    this.#expected = expected;
    this.lengthBytes = source.lengthBytes;
  }

  async read(offset: number, length: number, options?: ReadOptions): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    return this.#hashing([offset, length], () => this.#source.read(offset, length, options));
  }

  async readInto(target: Uint8Array, offset: number, options?: ReadOptions): Promise<void> {
    checkRange(offset, target.length, this.lengthBytes);
    await this.#hashing([offset, target.length], async () => {
      await fillFrom(this.#source, target, offset, options);
      return target;
    });
  }

  async finish(options?: ReadOptions): Promise<void> {
    await this.#last;
    if (this.#hasGap) {
      await this.#hash.restart();
      this.#hasGap = false;
      this.#claimedBytes = 0;
    }
    const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, this.lengthBytes - this.#claimedBytes));
    while (this.#claimedBytes < this.lengthBytes) {
      const offset = this.#claimedBytes;
      await this.readInto(buffer.subarray(0, this.lengthBytes - offset), offset, options);
    }
    await this.#judge();
  }

  extents(options?: ReadOptions): AsyncGenerator<Extent> {
    return extentsOf(this.#source, options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#hash[Symbol.asyncDispose]();
    await this.#source[Symbol.asyncDispose]();
  }

  async #hashing(range: readonly [offset: number, length: number], read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const claim = this.#claim(...range);
    if (claim === undefined) {
      return read();
    }
    const bytes = await this.#readAndHash(claim, read);
    if (claim.isLast && !this.#hasGap) {
      await this.#judge();
    }
    return bytes;
  }

  async #readAndHash(claim: Claim, read: () => Promise<Uint8Array>): Promise<Uint8Array> {
    let isHashed = false;
    try {
      const bytes = await read();
      await claim.previous;
      if (!this.#hasGap) {
        await this.#hash.update(bytes.subarray(claim.skip));
        isHashed = true;
      }
      return bytes;
    } finally {
      // Before its turn a failed read must not tell the earlier ones that there is a gap behind them.
      await claim.previous;
      this.#hasGap ||= !isHashed;
      claim.release();
    }
  }

  #claim(offset: number, length: number): Claim | undefined {
    const skip = this.#claimedBytes - offset;
    if (this.#hasGap || skip < 0 || skip >= length) {
      return undefined;
    }
    this.#claimedBytes = offset + length;
    const previous = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    return { skip, previous, isLast: this.#claimedBytes === this.lengthBytes, release: resolve };
  }

  #judge(): Promise<void> {
    this.#verdict ??= this.#compare();
    return this.#verdict;
  }

  async #compare(): Promise<void> {
    const found = await this.#hash.digest();
    if (!found.equals(this.#expected)) {
      const expected = Buffer.from(this.#expected).toString("hex");
      throw new DiskError("disk.corrupt", `The content has SHA-256 ${found.toString("hex")}, and should have ${expected}.`, {
        remedy: "Get the file again; if it happens again, the digest belongs to another file.",
      });
    }
  }
}
