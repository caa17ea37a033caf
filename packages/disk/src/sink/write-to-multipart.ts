import type { PlannedFile, WriteOptions } from "../core/disk-writer.ts";
import type { MultipartTarget } from "./multipart-target.ts";
import { PartShelf } from "./part-shelf.ts";

/** Three of the head, the one that grows, one beside it, and one being sent. */
const FEWEST_PARTS = 6;

export interface WriteToMultipartOptions extends WriteOptions {
  /** Parts in memory at a time, being filled or being sent. Default 8, at least 6. */
  readonly maxHeldParts?: number | undefined;
  /** Parts sent at a time. Default 3. */
  readonly uploadsAtATime?: number | undefined;
}

/**
 * Uploads a planned file in parts, without a temporary copy. Nothing is visible before the last part is there; after a failure or an abort the
 * upload is dropped. A plan that is not sequential may go back to the first three parts at any time (the head comes last), and elsewhere to the parts
 * that it touched last: as many as memory holds.
 *
 * Shape   answers the length of the file in bytes
 * Memory  what the plan holds, and `maxHeldParts` + 1 parts: 144 MiB with parts of 16 MiB
 * Throws  disk.limit (more parts than the target takes; pieces too scattered for the parts in memory), RangeError (fewer than 6 parts), what the plan
 *         and the target throw, the signal's reason (options that are wrong leave the target alone); a SuppressedError around it, when dropping the upload fails as well
 */
export async function writeToMultipart(
  plan: PlannedFile,
  target: MultipartTarget,
  options: WriteToMultipartOptions = {},
): Promise<{ readonly lengthBytes: number }> {
  const { maxHeldParts = 8, uploadsAtATime = 3 } = options;
  if (maxHeldParts < FEWEST_PARTS || uploadsAtATime < 1) {
    throw new RangeError(`${maxHeldParts} parts in memory, ${uploadsAtATime} sent at a time: at least ${FEWEST_PARTS} and 1 are needed.`);
  }
  const shelf = new PartShelf(plan, target, { maxHeldParts, uploadsAtATime });
  await using upload = new Upload(target, shelf);
  shelf.refuseTooLong();
  for await (const piece of plan.pieces(options)) {
    options.signal?.throwIfAborted();
    await shelf.add(piece);
    piece.release?.();
  }
  const { lengthBytes, partCount } = await shelf.finish(options.signal);
  await upload.complete(partCount);
  return { lengthBytes };
}

/** An upload that is dropped unless it was completed. */
class Upload implements AsyncDisposable {
  readonly #target: MultipartTarget;
  readonly #shelf: PartShelf;
  #isComplete = false;

  constructor(target: MultipartTarget, shelf: PartShelf) {
    this.#target = target;
    this.#shelf = shelf;
  }

  async complete(partCount: number): Promise<void> {
    await this.#target.complete(partCount);
    this.#isComplete = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isComplete) {
      await this.#shelf.stop();
      await this.#target.abort();
    }
  }
}
