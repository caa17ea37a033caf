import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as aTurn } from "node:timers/promises";
import type { ChunkRecord } from "./chunk-records.ts";
import { expandRecords } from "./expand-records.ts";

const reference = (digest: string): ChunkRecord => ({ kind: "reference", digest });

async function* of(records: readonly ChunkRecord[], failure?: Error): AsyncGenerator<ChunkRecord, void, undefined> {
  yield* records;
  if (failure !== undefined) {
    throw failure;
  }
}

const never = (): boolean => false;

/** What comes out, and how it ended. Pieces are copied: they are good until the next is asked for. */
async function taken(pieces: AsyncIterable<Uint8Array>): Promise<{ readonly bytes: string; readonly error: unknown }> {
  let bytes = "";
  try {
    for await (const piece of pieces) {
      bytes += Buffer.from(piece).toString();
    }
    return { bytes, error: undefined };
  } catch (error) {
    return { bytes, error };
  }
}

test("four chunks are read side by side, and come in the order of their records, whichever is read first", async () => {
  let [reading, most] = [0, 0];
  const read = async (digest: string): Promise<Uint8Array<ArrayBuffer>> => {
    reading += 1;
    most = Math.max(most, reading);
    // Later ones are done earlier.
    for (let turn = 0; turn < 10 - Number(digest); turn += 1) {
      await aTurn();
    }
    reading -= 1;
    return new Uint8Array(Buffer.from(digest));
  };
  const records = "0123456".split("").map(reference);
  records.splice(5, 0, { kind: "data", bytes: Buffer.from("data") });
  assert.deepEqual(await taken(expandRecords({ reader: { read }, records: of(records), isOver: never })), {
    bytes: "01234data56",
    error: undefined,
  });
  assert.equal(most, 4);
});

test("what stands in front of a failure comes out, be it of the records or of a chunk", async () => {
  const [broken, forgotten] = [new Error("broken"), new Error("forgotten")];
  const read = async (digest: string): Promise<Uint8Array<ArrayBuffer>> => {
    if (digest === "x") {
      throw forgotten;
    }
    return new Uint8Array(Buffer.from(digest));
  };
  for (const [digests, failure, expected] of [
    ["ab", broken, { bytes: "ab", error: broken }],
    ["abxc", undefined, { bytes: "ab", error: forgotten }],
    ["abcdexfgh", broken, { bytes: "abcde", error: forgotten }],
  ] as const) {
    const pieces = expandRecords({ reader: { read }, records: of(digests.split("").map(reference), failure), isOver: never });
    assert.deepEqual(await taken(pieces), expected);
  }
});

test("others have their turn during a run of zeros, and it ends when nobody waits for it any more", async () => {
  let isOver = false;
  const pieces = expandRecords({
    reader: { read: async () => assert.fail("nothing is referred to") },
    records: of([{ kind: "zeros", lengthBytes: 2 ** 50 }]),
    isOver: () => isOver,
  });
  setImmediate(() => (isOver = true));
  const { error } = await taken(pieces);
  assert.match(String(error), /Nobody waits/);
});
