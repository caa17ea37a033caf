import { DiskError } from "../core/disk-error.ts";
import type { PlannedFile, WriteOptions } from "../core/disk-writer.ts";

const ZEROS = Buffer.alloc(256 * 1024);

/**
 * Turns a planned file into its bytes from first to last, with the gaps between the pieces filled with zeros.
 *
 * Shape   chunks may be kept, and must not be changed: runs of zeros share one block
 * Memory  what the plan holds, and the chunks that the reader keeps
 * Throws  at once disk.unsupported, when the plan goes back (it needs a file); while reading what the plan throws
 */
export function toStream(plan: PlannedFile, options: WriteOptions = {}): AsyncGenerator<Uint8Array> {
  if (!plan.sequential) {
    throw new DiskError(
      "disk.unsupported",
      `This ${plan.format} output cannot be streamed: its head is known only when everything else is written.`,
      {
        remedy: "Write it to a file, or choose an output without compression.",
      },
    );
  }
  return streamPieces(plan, options);
}

async function* streamPieces(plan: PlannedFile, options: WriteOptions): AsyncGenerator<Uint8Array> {
  let sentBytes = 0;
  // Pieces are not released: nobody can tell when a stream's reader is done with a chunk.
  for await (const { offset, bytes } of plan.pieces(options)) {
    for (const zeros of zerosBetween(sentBytes, offset)) {
      options.signal?.throwIfAborted();
      yield zeros;
    }
    yield bytes;
    sentBytes = offset + bytes.length;
  }
  for (const zeros of zerosBetween(sentBytes, plan.totalBytes ?? sentBytes)) {
    options.signal?.throwIfAborted();
    yield zeros;
  }
}

function* zerosBetween(from: number, to: number): Generator<Uint8Array> {
  for (let at = from; at < to; at += ZEROS.length) {
    yield ZEROS.subarray(0, Math.min(ZEROS.length, to - at));
  }
}
