import { isStoreError, StoreError } from "../store-error.ts";
import type { ChunkReader } from "../blob/chunk-reader.ts";
import { nameBytes } from "../chunk/chunk-codec.ts";
import type { LiveRoot } from "../live/live-roots.ts";
import { listBytesOf, listCountOf, listNameOf } from "../manifest/manifest-format.ts";
import { namesPerTurn } from "./turns.ts";
import type { Turns } from "./turns.ts";

/** A list of a blob: its own name, and the names that it lists, 32 bytes each, zeros for zero chunks. */
export interface WalkedList {
  readonly name: Buffer;
  readonly names: Buffer;
}

/** Lists that are fetched at once. */
const listsAtOnce = 8;
const noName = Buffer.alloc(nameBytes);

/**
 * Reads the lists of a blob, as far as they are wanted: `wants` is asked about each, once.
 *
 * Memory  8 lists of 128 KiB
 * Throws  `store.damaged` or what the backend says, with a message that names the blob
 */
export async function* walkLists(
  { id, content }: LiveRoot,
  { chunks, turns, wants }: { readonly chunks: ChunkReader; readonly turns: Turns; readonly wants: (list: Buffer) => boolean },
): AsyncGenerator<WalkedList> {
  let batch: WalkedList[] = [];
  const fetch = async (): Promise<WalkedList[]> => {
    const fetched = batch;
    batch = [];
    const wanted = fetched.map(({ name, names }) => {
      return { name, rawLength: names.length, sealKey: undefined, from: 0, to: names.length, target: names };
    });
    await chunks.fetch(wanted, turns.signal).catch((error: unknown) => {
      throw isStoreError(error) ? new StoreError(error.code, `Blob ${id} cannot be read: ${error.message}`, { cause: error }) : error;
    });
    return fetched;
  };
  for (let number = 0; number < listCountOf(content); number += 1) {
    const name = listNameOf(content, number);
    if (name !== undefined && wants(name)) {
      batch.push({ name, names: Buffer.alloc(listBytesOf(content, number)) });
    }
    if (batch.length === listsAtOnce) {
      yield* await fetch();
    }
    if (number % namesPerTurn === namesPerTurn - 1) {
      await turns.next();
    }
  }
  yield* await fetch();
  await turns.next();
}

/** Hands out the names of a list, without those of zero chunks, in portions that make one stretch of work each. */
export async function* portionsOf({ names }: WalkedList, turns: Turns): AsyncGenerator<Buffer[]> {
  for (let from = 0; from < names.length; from += namesPerTurn * nameBytes) {
    const portion: Buffer[] = [];
    const to = Math.min(names.length, from + namesPerTurn * nameBytes);
    for (let at = from; at < to; at += nameBytes) {
      const name = names.subarray(at, at + nameBytes);
      if (!name.equals(noName)) {
        portion.push(name);
      }
    }
    yield portion;
    await turns.next();
  }
}
