import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { recordKinds } from "@tintype/contract/tus/chunk-records.ts";
import { PushWindow, recordsBytes, recordsOf } from "./push-window.ts";

const chunkBytes = 8;
const start = 24;

const sha256 = (bytes: Uint8Array): Uint8Array => createHash("sha256").update(bytes).digest();

/** Chunks of zeros, of data, and a last one that may be short. */
const files = fc
  .tuple(fc.array(fc.constantFrom("zeros", "there", "wanted"), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: chunkBytes }))
  .map(([kinds, lastBytes]) => ({
    kinds,
    bytes: Buffer.concat([
      Buffer.alloc(start),
      ...kinds.map((kind, index) => Buffer.alloc(index === kinds.length - 1 ? lastBytes : chunkBytes, kind === "zeros" ? 0 : index + 1)),
    ]),
  }));

type File = { readonly kinds: readonly string[]; readonly bytes: Buffer };

function windowOf({ kinds, bytes }: File): PushWindow {
  const chunks = kinds.map((kind, index) =>
    kind === "zeros" ? undefined : sha256(bytes.subarray(start + index * chunkBytes, start + (index + 1) * chunkBytes)),
  );
  return new PushWindow(start, chunks, { chunkBytes, lengthBytes: bytes.length });
}

const sourceOf = (bytes: Buffer) => ({
  lengthBytes: bytes.length,
  read: async (at: number, length: number) => bytes.subarray(at, at + length),
});

/** What a service makes of records, that has some chunks. */
function expand(body: Buffer, chunks: ReadonlyMap<string, Uint8Array>): Buffer {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const kind = body[at];
    if (kind === recordKinds.zeros) {
      pieces.push(Buffer.alloc(Number(body.readBigUInt64BE(at + 1))));
      at += 9;
    } else if (kind === recordKinds.reference) {
      const chunk = chunks.get(body.toString("hex", at + 1, at + 33));
      assert.ok(chunk, "a chunk that was not offered");
      pieces.push(chunk);
      at += 33;
    } else {
      const length = body.readUInt32BE(at + 1);
      pieces.push(body.subarray(at + 5, at + 5 + length));
      at += 5 + length;
    }
  }
  return Buffer.concat(pieces);
}

test("from wherever it goes on, the records of a window are the rest of it, and as long as was said", async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.nat(), async (file, place) => {
      const { kinds, bytes } = file;
      const window = windowOf(file);
      assert.equal(window.end, bytes.length);
      const offered = window.offeredFrom(start);
      const there = new Map<string, Uint8Array>();
      const wanted = offered.indexes.flatMap((index, at) => {
        const chunk = bytes.subarray(start + index * chunkBytes, start + (index + 1) * chunkBytes);
        if (kinds[index] === "there") {
          there.set(offered.digests[at] ?? "", chunk);
        }
        return kinds[index] === "there" ? [] : [at];
      });
      window.noteWanted(offered, wanted);
      const from = start + (place % (bytes.length - start));
      const runs = [...window.runsFrom(from)];
      const seen: string[] = [];
      const body = Buffer.concat(await Array.fromAsync(recordsOf(runs, sourceOf(bytes), ({ as }) => seen.push(as))));
      assert.equal(body.length, recordsBytes(runs));
      assert.equal(seen.length, runs.length);
      assert.ok(expand(body, there).equals(bytes.subarray(from)));
    }),
  );
});

test("zeros are not offered, and chunks in front of the place where it goes on are not either", () => {
  const window = windowOf({
    kinds: ["wanted", "zeros", "wanted"],
    bytes: Buffer.concat([Buffer.alloc(start), Buffer.alloc(8, 1), Buffer.alloc(8), Buffer.alloc(3, 2)]),
  });
  assert.deepEqual(window.offeredFrom(start).indexes, [0, 2]);
  assert.deepEqual([window.offeredFrom(start + 9).offset, window.offeredFrom(start + 9).indexes], [start + 8, [2]]);
});

test("a chunk is sent whatever the service said, when it was told so", () => {
  const window = windowOf({ kinds: ["there", "there"], bytes: Buffer.concat([Buffer.alloc(start), Buffer.alloc(16, 1)]) });
  window.noteWanted(window.offeredFrom(start), []);
  window.sendAt(start + 8);
  assert.deepEqual(
    [...window.runsFrom(start)].map(({ as }) => as),
    ["reference", "data"],
  );
});
