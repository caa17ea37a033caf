import type { Readable } from "node:stream";
import type { Timers } from "@tintype/jobs/timers.ts";
import { inBlocks } from "@tintype/store/chunk/in-blocks.ts";
import { freeingEach } from "./freeing-each.ts";
import { bodyBroken } from "./unbroken.ts";

/** Reads the body of a request that is not collected. `expectedBytes` is as much as the sender announced. */
export type ReadBody = (incoming: IncomingBody, expectedBytes?: number) => AsyncIterable<Uint8Array>;

/** A request, as far as its body is concerned. */
export type IncomingBody = Pick<Readable, "iterator" | "destroy">;

/** How long a sender may send nothing. */
export interface BodyPatience {
  readonly timers: Timers;
  readonly silenceMs: number;
}

/** Looks at a sender in one silence. The first may come right after a piece. */
const looks = 4;

/**
 * Makes the reader of long bodies. They come in blocks, and break off when nothing of them came for `silenceMs`, or a quarter longer: then the
 * connection ends. While nobody asks for more, nothing is missed. A reader that leaves early does not end the connection, since a refusal in
 * the middle still has to be answered.
 *
 * Memory  a block of 512 KiB, and two pieces of 64 KiB
 * Throws  ops.bodyBroken, from what is read
 */
export function bodyReader(patience: BodyPatience): ReadBody {
  return (incoming, expectedBytes) => inBlocks(freeingEach(heard(incoming, patience)), expectedBytes);
}

async function* heard(incoming: IncomingBody, { timers, silenceMs }: BodyPatience): AsyncGenerator<Uint8Array, void, undefined> {
  const end = new AbortController();
  /** Looks that nothing has come between; undefined while nobody asks. */
  let quietLooks: number | undefined = 0;
  const watch = async (): Promise<void> => {
    for (;;) {
      try {
        await timers.sleep(silenceMs / looks, end.signal);
      } catch (error) {
        if (end.signal.aborted) {
          return;
        }
        throw error;
      }
      quietLooks = quietLooks === undefined ? undefined : quietLooks + 1;
      if (quietLooks === looks + 1) {
        incoming.destroy();
      }
    }
  };
  const watching = watch();
  try {
    for await (const bytes of incoming.iterator({ destroyOnReturn: false })) {
      quietLooks = undefined;
      yield bytes;
      quietLooks = 0;
    }
  } catch (error) {
    throw bodyBroken(error);
  } finally {
    end.abort();
    await watching;
  }
}
