import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { blobIdOf, compressibleFiller, filler } from "../../test/filler.ts";
import { flipByte } from "../../test/flip-byte.ts";
import { foundIn } from "../../test/found-in.ts";
import { readBlob, writeBlob } from "../../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../../test/temporary-folder.ts";
import type { BlobKey } from "../blob-store.ts";
import { openLocalStore } from "../open-local-store.ts";
import { encodePackHeader, encodePackTail, packHeaderBytes } from "../pack/pack-format.ts";
import { readPackIndex } from "../pack/read-pack-index.ts";
import type { ChunkStore } from "../store.ts";
import { nameOfFile } from "../store-names.ts";
import type { VerifyTotals } from "./finding.ts";

const chunk = 4096;
const shared = filler("shared", 3 * chunk);
const [one, two] = [blobIdOf("one"), blobIdOf("two")];
const contentOne = Buffer.concat([shared, Buffer.alloc(2 * chunk), compressibleFiller("one", 5 * chunk + 77)]);
const contentTwo = Buffer.concat([shared, filler("two", 2 * chunk)]);

const reopen = (root: string): Promise<ChunkStore> => openLocalStore(root, { chunkSizeBytes: chunk, workers: 1, cacheBytes: 0 });

interface TwoBlobs {
  readonly store: ChunkStore;
  readonly root: string;
  /** Files of the backend, in order. The pack of the first blob has the chunks that both share. */
  readonly files: readonly string[];
  readonly packOfOne: string;
}

async function withTwoBlobs(work: (blobs: TwoBlobs) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  await using store = await reopen(folder.path);
  await writeBlob(store, one, contentOne);
  const [packOfOne = ""] = (await filesUnder(folder.path)).filter((file) => file.endsWith(".pack"));
  await writeBlob(store, two, contentTwo);
  await work({ store, root: folder.path, files: await filesUnder(folder.path), packOfOne });
}

async function firstChunkOf(store: ChunkStore, pack: string): Promise<{ hex: string; offset: number }> {
  const [entry] = await readPackIndex(store.parts.backend, nameOfFile(pack) ?? "");
  return { hex: Buffer.from(entry?.name ?? []).toString("hex"), offset: entry?.offset ?? NaN };
}

describe("verifying a store", () => {
  it("finds nothing in one that is whole, and counts what it looked at", () =>
    withTwoBlobs(async ({ store }) => {
      const { storedBytes } = await store.stats();
      const structure = await foundIn(store, { read: false });
      assert.deepEqual(structure, {
        damages: [],
        notes: [],
        totals: { blobs: 2, packs: 2, chunks: 13, bytesRead: 0, findings: 0, notes: 0 },
      });
      const read = await foundIn(store, { read: true });
      assert.deepEqual(read.damages, []);
      assert.equal(read.totals.bytesRead, storedBytes);
    }));

  it("names a damaged chunk, its pack, its offset and every blob that needs it, and only by reading", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      await flipByte(join(root, packOfOne), 33);
      assert.deepEqual((await foundIn(store, { read: false })).damages, []);
      const { damages, totals } = await foundIn(store, { read: true });
      const { hex, offset } = await firstChunkOf(store, packOfOne);
      assert.equal(damages.length, 1);
      const { message, ...facts } = damages[0] ?? { message: "" };
      assert.deepEqual(facts, {
        severity: "damage",
        kind: "chunk",
        file: packOfOne,
        chunk: hex,
        offset,
        blobs: [one, two].sort(),
        blobCount: 2,
      });
      assert.equal(
        message,
        `Chunk ${hex} in ${packOfOne} (${store.parts.backend.place}) at offset ${offset} is damaged: its bytes do not match their checksum. 2 blobs suffer. Restore the pack from a backup, or import the content again.`,
      );
      assert.equal(totals.findings, 1);
    }));

  it("remembers damage, so that importing the content again heals every blob", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      await flipByte(join(root, packOfOne), 33);
      await foundIn(store, { read: true });
      assert.equal((await foundIn(store, { read: false })).damages.length, 1);
      await writeBlob(store, blobIdOf("again"), shared);
      const { damages, notes } = await foundIn(store, { read: true });
      assert.deepEqual(damages, []);
      assert.match(notes[0]?.message ?? "", /is damaged: .+ No blob is known to need it, or other packs hold what is needed\.$/);
      assert.ok((await readBlob(store, one)).equals(contentOne));
      assert.ok((await readBlob(store, two)).equals(contentTwo));
    }));

  it("clears a chunk of damage that is gone", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      await flipByte(join(root, packOfOne), 33);
      await foundIn(store, { read: true });
      await flipByte(join(root, packOfOne), 33);
      assert.deepEqual((await foundIn(store, { read: false })).damages, []);
      assert.equal((await writeBlob(store, blobIdOf("again"), contentOne)).addedBytes, 0);
    }));

  it("names a missing pack and the blobs that need it, and importing their content again heals them", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      await rm(join(root, packOfOne));
      for (const read of [false, true]) {
        const { damages } = await foundIn(store, { read });
        assert.deepEqual(
          damages.map(({ kind, file, blobs }) => ({ kind, file, blobs })),
          [{ kind: "pack", file: packOfOne, blobs: [one, two].sort() }],
        );
        assert.match(damages[0]?.message ?? "", /^Pack packs\/.+\.pack \(folder .+\) is missing\. Restore .+ 2 blobs suffer\./);
      }
      await writeBlob(store, blobIdOf("again"), contentOne);
      assert.deepEqual((await foundIn(store, { read: true })).damages, []);
      assert.ok((await readBlob(store, one)).equals(contentOne));
      assert.ok((await readBlob(store, two)).equals(contentTwo));
    }));

  it("tells which blobs lack chunks when a pack was lost together with the chunk index", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      await store[Symbol.asyncDispose]();
      await rm(join(root, packOfOne));
      await rm(join(root, "index.sqlite"));
      await using opened = await reopen(root);
      const { damages } = await foundIn(opened, { read: false });
      assert.deepEqual(new Set(damages.flatMap(({ blobs }) => blobs)), new Set([one, two]));
      assert.ok(damages.every(({ kind }) => kind === "blob"));
      assert.match(
        damages.map(({ message }) => message).join("\n"),
        /needs 3 chunks, the first of them [0-9a-f]{64}, which are whole in no/,
      );
      await writeBlob(opened, blobIdOf("again"), contentOne);
      assert.deepEqual((await foundIn(opened, { read: true })).damages, []);
    }));

  it("names a pack that does not tell any more what is in it, while its blobs can still be read", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      const { length } = await readFile(join(root, packOfOne));
      await flipByte(join(root, packOfOne), length - 60);
      const { damages } = await foundIn(store, { read: false });
      assert.deepEqual(
        damages.map(({ kind, file, blobCount }) => ({ kind, file, blobCount })),
        [{ kind: "pack", file: packOfOne, blobCount: 2 }],
      );
      assert.match(damages[0]?.message ?? "", /its index does not match the checksum in its footer/);
      assert.ok((await writeBlob(store, blobIdOf("again"), contentOne)).addedBytes > contentOne.length / 4);
      assert.deepEqual((await foundIn(store, { read: true })).damages, []);
      assert.ok((await readBlob(store, two)).equals(contentTwo));
    }));

  it("finds a pack that was cut", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      await truncate(join(root, packOfOne), 2 * chunk);
      assert.deepEqual(
        (await foundIn(store, { read: true })).damages.map(({ kind, file }) => [kind, file]),
        [["pack", packOfOne]],
      );
    }));

  it("finds a damaged list without reading everything, and the next import heals it", () =>
    withTwoBlobs(async ({ store, root, packOfOne }) => {
      const entries = await readPackIndex(store.parts.backend, nameOfFile(packOfOne) ?? "");
      const list = entries.find(({ rawLength }) => rawLength < chunk && rawLength % 32 === 0 && rawLength > 77);
      await flipByte(join(root, packOfOne), list?.offset ?? NaN, 0x80);
      for (const read of [false, true]) {
        const { damages } = await foundIn(store, { read });
        assert.deepEqual(
          damages.map(({ kind, offset, blobs }) => ({ kind, offset, blobs })),
          [{ kind: "chunk", offset: list?.offset, blobs: [one] }],
        );
      }
      await writeBlob(store, blobIdOf("again"), contentOne);
      assert.deepEqual((await foundIn(store, { read: true })).damages, []);
      assert.ok((await readBlob(store, one)).equals(contentOne));
    }));

  it("names the blob of a damaged manifest", () =>
    withTwoBlobs(async ({ store, root, files }) => {
      const manifest = files.find((file) => file.includes(two)) ?? "";
      await flipByte(join(root, manifest), 100);
      const { damages } = await foundIn(store, { read: false });
      assert.deepEqual(
        damages.map(({ kind, file, blobs }) => ({ kind, file, blobs })),
        [{ kind: "manifest", file: manifest, blobs: [two] }],
      );
    }));

  it("finds a format file that was changed, and one that is missing", () =>
    withTwoBlobs(async ({ store, root }) => {
      await writeFile(join(root, "format"), (await readFile(join(root, "format"), "utf8")).replace("4096", "8192"));
      assert.match((await foundIn(store, { read: false })).damages[0]?.message ?? "", /was changed since the store was opened/);
      await rm(join(root, "format"));
      assert.match((await foundIn(store, { read: false })).damages[0]?.message ?? "", /is missing/);
    }));

  it("notes files that are none of the store's, and packs that came from elsewhere, without calling that damage", () =>
    withTwoBlobs(async ({ store, root }) => {
      await writeFile(join(root, "packs", "README"), "");
      const stranger = `packs/ab/ab${"0".repeat(30)}.pack`;
      const { damages, notes } = await foundIn(store, { read: true });
      assert.deepEqual([damages, notes.map(({ file }) => file)], [[], ["packs/README"]]);
      const name = nameOfFile(stranger) ?? "";
      await store.parts.backend.put(stranger, {
        bytes: Buffer.concat([encodePackHeader(name), encodePackTail(name, [], packHeaderBytes)]),
      });
      const { notes: more } = await foundIn(store, { read: false });
      assert.deepEqual(new Set(more.map(({ file }) => file)), new Set([stranger, "packs/README"]));
    }));

  it("needs no keys for a sealed store", async () => {
    await using folder = await temporaryFolder();
    const key: BlobKey = { id: "1".repeat(32), secret: filler("secret", 32), wrapped: filler("wrapped", 40) };
    {
      await using store = await reopen(folder.path);
      await using writer = await store.create(one, { key });
      await writer.write(0, contentOne);
      await writer.commit({ lengthBytes: contentOne.length });
    }
    await using store = await reopen(folder.path);
    assert.deepEqual((await foundIn(store, { read: true })).damages, []);
    const [pack = ""] = (await filesUnder(folder.path)).filter((file) => file.endsWith(".pack"));
    await flipByte(join(folder.path, pack), 5000);
    assert.deepEqual(
      (await foundIn(store, { read: true })).damages.map(({ kind, blobs }) => [kind, blobs]),
      [["chunk", [one]]],
    );
  });

  it("takes a row of the chunk index that differs from the pack for damage, and the next import heals it", () =>
    withTwoBlobs(async ({ store, packOfOne }) => {
      const { hex } = await firstChunkOf(store, packOfOne);
      const change = (sql: string): void => void store.parts.index.database.prepare(sql).run(Buffer.from(hex, "hex"));
      change("UPDATE chunks SET offset = offset + 1 WHERE name = ?");
      const { damages } = await foundIn(store, { read: false });
      assert.deepEqual(
        damages.map(({ chunk, blobCount }) => [chunk, blobCount]),
        [[hex, 2]],
      );
      change("DELETE FROM chunks WHERE name = ?");
      assert.match((await foundIn(store, { read: true })).damages[0]?.message ?? "", /is not there for the chunk index/);
      await writeBlob(store, blobIdOf("again"), contentOne);
      assert.deepEqual((await foundIn(store, { read: true })).damages, []);
    }));

  it("does not take an unfinished writer's packs for damage, nor packs that a collection is removing", () =>
    withTwoBlobs(async ({ store, root, files, packOfOne }) => {
      await using writer = await store.create(blobIdOf("unfinished"));
      await writer.write(0, filler("unfinished", 40 * chunk));
      assert.deepEqual((await foundIn(store, { read: true })).damages, []);
      const packOfTwo = files.find((file) => file.endsWith(".pack") && file !== packOfOne) ?? "";
      await store.remove(two);
      // A collection marks a pack as leaving before it removes the file, and forgets its chunks after that.
      store.parts.index.database.prepare("UPDATE packs SET leaving = 1 WHERE name = ?").run(nameOfFile(packOfTwo) ?? "");
      await rm(join(root, packOfTwo));
      assert.deepEqual((await foundIn(store, { read: true })).damages, []);
    }));

  it("does not take blobs and packs for damage that go while it looks", () =>
    withTwoBlobs(async ({ store, root, files, packOfOne }) => {
      const packOfTwo = files.find((file) => file.endsWith(".pack") && file !== packOfOne) ?? "";
      let gone = false;
      const onProgress = ({ packs }: VerifyTotals): void => {
        if (packs === 2 && !gone) {
          gone = true;
          rmSync(join(root, packOfTwo));
          rmSync(join(root, files.find((file) => file.includes(two)) ?? ""));
          store.parts.index.removePack(nameOfFile(packOfTwo) ?? "", undefined);
        }
      };
      for await (const finding of store.verify({ read: true, onProgress })) {
        assert.fail(finding.message);
      }
      assert.ok(gone);
    }));

  it("stops when it is told to", () =>
    withTwoBlobs(async ({ store }) => {
      const reason = new Error("enough");
      const verification = store.verify({ read: true, signal: AbortSignal.abort(reason) });
      await assert.rejects(async () => {
        for await (const finding of verification) {
          assert.fail(finding.message);
        }
      }, reason);
    }));
});
