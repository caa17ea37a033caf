import { dataRecordHead, longestRecordData, recordHeadBytes, referenceRecord, zerosRecord } from "@tintype/contract/tus/chunk-records.ts";
import type { ScannedChunk } from "./chunk-scanner.ts";
import type { PushSource } from "./push-source.ts";

/** A stretch of a file, and how it is sent. */
export interface PushRun {
  readonly from: number;
  readonly to: number;
  readonly as: "zeros" | "reference" | "data";
  /** Of a chunk that is referred to. */
  readonly digest?: Uint8Array;
}

/** Chunks that the service is asked about. */
export interface OfferedChunks {
  /** No chunk lies before it. */
  readonly offset: number;
  /** Where they lie in the window. */
  readonly indexes: readonly number[];
  readonly digests: readonly string[];
}

/** Small records are sent together. */
const batchBytes = 64 * 1024;

/** What is known of some chunks of a file that lie one behind the other: which are zeros, and which the service has. */
export class PushWindow {
  readonly start: number;
  readonly end: number;
  readonly #chunks: readonly ScannedChunk[];
  readonly #chunkBytes: number;
  readonly #isThere: boolean[];

  constructor(start: number, chunks: readonly ScannedChunk[], file: { readonly chunkBytes: number; readonly lengthBytes: number }) {
    this.start = start;
    this.end = Math.min(start + chunks.length * file.chunkBytes, file.lengthBytes);
    this.#chunks = chunks;
    this.#chunkBytes = file.chunkBytes;
    this.#isThere = chunks.map(() => false);
  }

  /** Chunks to ask about: those that are not zeros, from the one on that holds a place in the file. */
  offeredFrom(offset: number): OfferedChunks {
    const first = this.#indexOf(offset);
    const indexes: number[] = [];
    const digests: string[] = [];
    for (const [index, digest] of this.#chunks.entries()) {
      if (index >= first && digest !== undefined) {
        indexes.push(index);
        digests.push(Buffer.from(digest).toString("hex"));
      }
    }
    return { offset: this.start + first * this.#chunkBytes, indexes, digests };
  }

  /** Notes what the service said: which of the chunks that were offered are wanted. */
  noteWanted({ indexes }: OfferedChunks, wanted: readonly number[]): void {
    const wantedSet = new Set(wanted);
    for (const [at, index] of indexes.entries()) {
      this.#isThere[index] = !wantedSet.has(at);
    }
  }

  /** The chunk at a place is sent whatever the service said. */
  sendAt(offset: number): void {
    this.#isThere[this.#indexOf(offset)] = false;
  }

  /** How everything from a place on is sent, ascending and without gaps. */
  *runsFrom(offset: number): Generator<PushRun, void, undefined> {
    for (let from = offset; from < this.end;) {
      const index = this.#indexOf(from);
      const digest = this.#chunks[index];
      const to = digest === undefined ? this.#endOfZeros(index) : this.#endOf(index);
      const isWhole = from === this.start + index * this.#chunkBytes;
      const as = digest === undefined ? "zeros" : this.#isThere[index] === true && isWhole ? "reference" : "data";
      yield { from, to, as, ...(digest !== undefined && as === "reference" && { digest }) };
      from = to;
    }
  }

  #indexOf(offset: number): number {
    return Math.floor((offset - this.start) / this.#chunkBytes);
  }

  #endOf(index: number): number {
    return Math.min(this.start + (index + 1) * this.#chunkBytes, this.end);
  }

  #endOfZeros(index: number): number {
    let last = index;
    while (last + 1 < this.#chunks.length && this.#chunks[last + 1] === undefined) {
      last += 1;
    }
    return this.#endOf(last);
  }
}

/** Length of the body that `recordsOf` makes. */
export function recordsBytes(runs: Iterable<PushRun>): number {
  let bytes = 0;
  for (const { from, to, as } of runs) {
    bytes += as === "data" ? to - from + Math.ceil((to - from) / longestRecordData) * recordHeadBytes.data : recordHeadBytes[as];
  }
  return bytes;
}

/**
 * The body of records for some runs; data is read from the source.
 *
 * Memory  one chunk, and 64 KiB
 */
export async function* recordsOf(
  runs: Iterable<PushRun>,
  source: PushSource,
  onRun: (run: PushRun) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const batch = new Batch();
  for (const run of runs) {
    const { from, to, as, digest } = run;
    if (as === "data") {
      for (let at = from; at < to; at += longestRecordData) {
        const length = Math.min(longestRecordData, to - at);
        batch.add(dataRecordHead(length));
        yield batch.take();
        yield new Uint8Array(await source.read(at, length));
      }
    } else {
      batch.add(digest === undefined ? zerosRecord(to - from) : referenceRecord(digest));
      if (batch.lengthBytes >= batchBytes) {
        yield batch.take();
      }
    }
    onRun(run);
  }
  if (batch.lengthBytes > 0) {
    yield batch.take();
  }
}

class Batch {
  #records: Uint8Array[] = [];
  lengthBytes = 0;

  add(record: Uint8Array): void {
    this.#records.push(record);
    this.lengthBytes += record.length;
  }

  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.lengthBytes);
    let at = 0;
    for (const record of this.#records) {
      bytes.set(record, at);
      at += record.length;
    }
    [this.#records, this.lengthBytes] = [[], 0];
    return bytes;
  }
}
