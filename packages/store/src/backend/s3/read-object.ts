import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { StoreError } from "../../store-error.ts";
import { fillTargets } from "../fill-targets.ts";
import type { S3Bucket } from "./s3-bucket.ts";
import { hasStatus, isTransientS3Failure } from "./s3-failure.ts";

/** An answer that ended before its time, or said nothing that can be used. Asking again may help. */
class CutAnswer extends Error {
  override readonly name = "CutAnswer";
}

export interface ObjectRange {
  readonly name: string;
  readonly offset: number;
  readonly targets: readonly Uint8Array[];
  readonly signal?: AbortSignal | undefined;
}

/** A gateway that has not yet heard of a new object says that it is missing; one more try costs little, as what is read is mostly there. */
const attemptsWhenMissing = 2;

/**
 * Reads a range of an object into the targets; a connection that breaks is taken up again where it broke.
 *
 * Memory  what the socket holds
 * Throws  store.missing, store.io
 */
export async function readObject(bucket: S3Bucket, range: ObjectRange): Promise<number> {
  const { name, offset, targets, signal } = range;
  const room = targets.reduce((sum, { length }) => sum + length, 0);
  if (room === 0) {
    return 0;
  }
  let filled = 0;
  const ask = async (): Promise<number> => {
    const Range = `bytes=${offset + filled}-${offset + room - 1}`;
    const answer = await bucket.client.send(
      new GetObjectCommand({ ...bucket.at(name), Range }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    const expected = expectedBytes(answer, { start: offset + filled, length: room - filled });
    const end = filled + expected;
    for await (const piece of bodyOf(answer)) {
      if (filled + piece.length > end) {
        throw new CutAnswer(`More than the ${expected} bytes that were announced came.`);
      }
      filled += fillTargets(targets, filled, piece);
    }
    if (filled < end) {
      throw new CutAnswer(`The answer ended ${end - filled} bytes early.`);
    }
    return filled;
  };
  const isTransient = (error: unknown, attempt: number) =>
    error instanceof CutAnswer ||
    (hasStatus(error, 404) && isNoSuchKey(error) && attempt < attemptsWhenMissing) ||
    isTransientS3Failure(error);
  const read = async (): Promise<number> => {
    try {
      return await ask();
    } catch (error) {
      if (hasStatus(error, 416)) {
        return filled;
      }
      throw error;
    }
  };
  return await bucket.send(`Reading ${name}`, read, { signal, isTransient }).catch((error: unknown) => {
    if (error instanceof StoreError && isNoSuchKey(error.cause)) {
      throw new StoreError("store.missing", `There is no file ${name} in ${bucket.place}.`, { cause: error.cause });
    }
    throw error;
  });
}

function isNoSuchKey(error: unknown): boolean {
  return error instanceof Error && (error.name === "NoSuchKey" || error.name === "NotFound");
}

/** How many bytes an answer must have, by the object's length in `Content-Range`; so that a short answer is told from the object's end. */
function expectedBytes(answer: GetObjectCommandOutput, { start, length }: { readonly start: number; readonly length: number }): number {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.ContentRange ?? "")?.map(Number) ?? [];
  if (first === undefined || last === undefined || total === undefined) {
    throw new StoreError("store.io", "The service ignores ranges (no Content-Range in its answer), so it cannot keep a store.");
  }
  const expected = Math.min(length, total - start);
  if (first !== start || last - first + 1 !== expected) {
    throw new CutAnswer(`Bytes ${first} to ${last} of ${total} came instead of ${expected} from ${start}.`);
  }
  return expected;
}

async function* bodyOf({ Body }: GetObjectCommandOutput): AsyncGenerator<Uint8Array, void, undefined> {
  // In Node the library's body is a readable stream, and one of bytes.
  yield* (Body ?? []) as AsyncIterable<Uint8Array>;
}
