import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { blobIdOf, compressibleFiller, filler } from "../test/filler.ts";
import { keyOf, unwrap } from "../test/keys.ts";
import { writeBlob } from "../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";
import type { StoredBlob } from "./blob-store.ts";
import { openLocalStore } from "./open-local-store.ts";
import { packHeaderBytes } from "./pack/pack-format.ts";
import type { ChunkStore } from "./store.ts";
import { isStoreError } from "./store-error.ts";

const chunk = 4096;
const [plain, sealed] = [blobIdOf("plain"), blobIdOf("sealed")];
const content = Buffer.concat([filler("a", 7 * chunk), Buffer.alloc(300 * chunk), compressibleFiller("b", 9 * chunk + 55)]);

async function withStore(work: (store: ChunkStore, root: string) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await using store = await openLocalStore(folder.path, { chunkSizeBytes: chunk, workers: 2, cacheBytes: 0, unwrapKey: unwrap });
  await work(store, folder.path);
}

/** Copies each piece at once, as whoever keeps it must. */
async function piecesOf(blob: StoredBlob, range: { readonly start: number; readonly end: number }): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of blob.pieces?.(range) ?? []) {
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

describe("a blob in pieces", () => {
  it("gives the bytes of any range, of plain and of sealed blobs, whatever their chunks are like", () =>
    withStore(async (store) => {
      await writeBlob(store, plain, content);
      await writeBlob(store, sealed, content, keyOf("one"));
      for (const id of [plain, sealed]) {
        await using blob = await store.open(id);
        const place = fc.nat({ max: content.length });
        await fc.assert(
          fc.asyncProperty(place, place, async (one, other) => {
            const [start, end] = [Math.min(one, other), Math.max(one, other)];
            assert.ok((await piecesOf(blob, { start, end })).equals(content.subarray(start, end)));
          }),
          { numRuns: 40 },
        );
        assert.ok((await piecesOf(blob, { start: 0, end: content.length })).equals(content));
      }
    }));

  it("reads further than it gives out, but never more than four chunks", () =>
    withStore(async (store) => {
      await writeBlob(store, plain, filler("long", 64 * chunk));
      await using blob = await store.open(plain);
      const read = store.parts.backend.read.bind(store.parts.backend);
      const offsets = new Set<number>();
      store.parts.backend.read = (name, offset, ...rest) => {
        offsets.add(offset);
        return read(name, offset, ...rest);
      };
      const pieces = blob.pieces?.({ start: 0, end: blob.lengthBytes });
      for (let taken = 1; taken < 20; taken += 1) {
        await pieces?.next();
        // Names of chunks are read too, at another place.
        assert.ok(offsets.size <= taken + 4, `${offsets.size} reads for ${taken} pieces`);
      }
      await pieces?.return();
    }));

  it("ends with store.damaged before the first byte of a damaged chunk", () =>
    withStore(async (store, root) => {
      await writeBlob(store, plain, content);
      const pack = (await filesUnder(root)).find((file) => file.endsWith(".pack")) ?? "";
      {
        await using file = await open(join(root, pack), "r+");
        const byte = Buffer.alloc(1);
        await file.read(byte, 0, 1, packHeaderBytes + 2 * chunk + 9);
        await file.write(Buffer.of((byte[0] ?? 0) ^ 1), 0, 1, packHeaderBytes + 2 * chunk + 9);
      }
      await using blob = await store.open(plain);
      const pieces: Buffer[] = [];
      const reading = async () => {
        for await (const piece of blob.pieces?.({ start: 0, end: content.length }) ?? []) {
          pieces.push(Buffer.from(piece));
        }
      };
      await assert.rejects(reading(), (error) => isStoreError(error) && error.code === "store.damaged");
      const given = Buffer.concat(pieces);
      assert.ok(given.length < content.length && given.length % chunk === 0, `${given.length} bytes`);
      assert.ok(given.equals(content.subarray(0, given.length)));
    }));

  it("can be left early, and the blob be closed then", () =>
    withStore(async (store) => {
      await writeBlob(store, plain, content);
      const blob = await store.open(plain);
      for await (const piece of blob.pieces?.({ start: 10, end: content.length }) ?? []) {
        assert.ok(content.subarray(10, 10 + piece.length).equals(piece));
        break;
      }
      await blob[Symbol.asyncDispose]();
      await assert.rejects(async () => void (await blob.pieces?.({ start: 0, end: 10 }).next()), /closed/);
      await assert.rejects(async () => void (await blob.pieces?.({ start: 0, end: content.length + 1 }).next()), RangeError);
    }));
});
