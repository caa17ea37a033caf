import type { ByteSource } from "../core/byte-source.ts";
import { checkRange } from "../core/check-range.ts";
import { DiskError } from "../core/disk-error.ts";
import { detectFormat } from "../detect/detect-format.ts";
import { HEAD_BYTES, TAIL_BYTES } from "../detect/probe.ts";
import { probes } from "../detect/probes.table.ts";
import { DataRuns } from "./data-runs.ts";
import type { DataRun } from "./data-runs.ts";
import { unwrap } from "./unwrap.ts";
import type { UnwrapOptions, WrapperKind } from "./unwrap.ts";

/** What is known of a raw disk inside a wrapper after it was unpacked once. */
export interface MeasuredContent {
  readonly lengthBytes: number;
  readonly runs: readonly DataRun[];
}

/**
 * Unpacks a wrapped file once, keeping nothing, to learn how long its content is, where it has data, and that it is a raw disk. Other content
 * is refused as soon as its first MiB is unpacked, or at its end when that decides.
 *
 * Memory  1 MiB, and what `unwrap` and `DataRuns` need
 * Throws  disk.unsupported (what is inside needs to be read in any order), what `unwrap` and `detectFormat` throw
 */
export async function measureContent(source: ByteSource, kind: WrapperKind, options: UnwrapOptions): Promise<MeasuredContent> {
  const runs = new DataRuns();
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  let tail: Uint8Array = new Uint8Array();
  for await (const chunk of unwrap(source, kind, options)) {
    const hadBytes = runs.lengthBytes;
    if (hadBytes < HEAD_BYTES) {
      head.set(chunk.subarray(0, HEAD_BYTES - hadBytes), hadBytes);
    }
    runs.add(chunk);
    tail = chunk.length >= TAIL_BYTES ? chunk : Buffer.concat([tail, chunk]).subarray(-TAIL_BYTES);
    if (hadBytes < HEAD_BYTES && runs.lengthBytes >= HEAD_BYTES) {
      // What will come is not known yet: zeros stand for it.
      await refuseUnlessRaw(new Ends(head, new Uint8Array(TAIL_BYTES), HEAD_BYTES + TAIL_BYTES), kind);
    }
  }
  const { lengthBytes } = runs;
  await refuseUnlessRaw(new Ends(head.subarray(0, lengthBytes), tail.subarray(-TAIL_BYTES), lengthBytes), kind);
  return { lengthBytes, runs: runs.finish() };
}

async function refuseUnlessRaw(content: ByteSource, kind: WrapperKind): Promise<void> {
  const { format, evidence } = await detectFormat(content);
  if (format !== "raw") {
    const label = probes.find((probe) => probe.format === format)?.label ?? format;
    throw new DiskError("disk.unsupported", `Inside the ${kind} file is ${label} (${evidence}), which cannot be read from first to last.`, {
      remedy: `Unpack it first (${kind} -d), then use the file inside.`,
    });
  }
}

/** The beginning and the end of bytes that are not kept, for detection. */
class Ends implements ByteSource {
  readonly lengthBytes: number;
  readonly #head: Uint8Array;
  readonly #tail: Uint8Array;

  constructor(head: Uint8Array, tail: Uint8Array, lengthBytes: number) {
    this.#head = head;
    this.#tail = tail;
    this.lengthBytes = lengthBytes;
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    checkRange(offset, length, this.lengthBytes);
    if (offset + length <= this.#head.length) {
      return this.#head.subarray(offset, offset + length);
    }
    const inTail = offset - (this.lengthBytes - this.#tail.length);
    checkRange(inTail, length, this.#tail.length);
    return this.#tail.subarray(inTail, inTail + length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Nothing is held that needs closing.
  }
}
