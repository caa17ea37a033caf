import { setImmediate as aTurn } from "node:timers/promises";
import { freeNow } from "@tintype/store/chunk/chunk-codec.ts";
import type { ChunkRecord } from "./chunk-records.ts";
import type { KnownReader } from "./known-reader.ts";

/** Records of an upload, what reads chunks that they refer to, and when nobody waits for them any more. */
export interface ExpandedRecords {
  readonly reader: Pick<KnownReader, "read">;
  readonly records: AsyncGenerator<ChunkRecord, void, undefined>;
  /** Asked before every piece of zeros. */
  readonly isOver: () => boolean;
}

/** All runs of zeros are pieces of these. */
const zeros = new Uint8Array(1024 * 1024);

/** Chunks that are read while the first of them is taken. */
const readsAhead = 4;

/**
 * The bytes that records stand for. Whoever takes a piece must be done with it when the next is asked for.
 *
 * Memory  one piece of the body, and four chunks
 * Throws  what reading the records and the chunks throws, behind the bytes of the records in front of it
 */
export async function* expandRecords({ reader, records, isOver }: ExpandedRecords): AsyncGenerator<Uint8Array, void, undefined> {
  const ahead: Promise<Uint8Array<ArrayBuffer>>[] = [];
  try {
    for (;;) {
      const { record, failure } = await nextOf(records);
      if (record?.kind === "reference") {
        const reading = reader.read(record.digest);
        // Told when it is its turn.
        reading.catch((error: unknown) => error);
        ahead.push(reading);
      }
      yield* takeAhead(ahead, record?.kind === "reference" ? readsAhead - 1 : 0);
      if (failure !== undefined) {
        throw failure.error;
      }
      if (record === undefined) {
        return;
      }
      if (record.kind === "data") {
        yield record.bytes;
      } else if (record.kind === "zeros") {
        yield* zerosOf(record.lengthBytes, isOver);
      }
    }
  } finally {
    await Promise.allSettled(ahead);
    await records.return();
  }
}

interface NextRecord {
  /** Undefined at the end. */
  readonly record?: ChunkRecord | undefined;
  readonly failure?: { readonly error: unknown };
}

async function nextOf(records: ExpandedRecords["records"]): Promise<NextRecord> {
  try {
    return { record: (await records.next()).value ?? undefined };
  } catch (error) {
    return { failure: { error } };
  }
}

/** Gives chunks until no more than so many are left. */
async function* takeAhead(ahead: Promise<Uint8Array<ArrayBuffer>>[], left: number): AsyncGenerator<Uint8Array, void, undefined> {
  while (ahead.length > left) {
    const bytes = await ahead.shift();
    if (bytes !== undefined) {
      yield bytes;
      freeNow(bytes);
    }
  }
}

async function* zerosOf(lengthBytes: number, isOver: () => boolean): AsyncGenerator<Uint8Array, void, undefined> {
  for (let left = lengthBytes; left > 0; left -= zeros.length) {
    // Nothing is waited for otherwise, and others have a turn as well.
    await aTurn();
    if (isOver()) {
      throw new Error("Nobody waits for the rest of a run of zeros");
    }
    yield zeros.subarray(0, left);
  }
}
