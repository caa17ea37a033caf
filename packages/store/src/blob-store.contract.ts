import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { blobIdOf, compressibleFiller, filler } from "../test/filler.ts";
import { contentOf, readBlob, writeBlob } from "../test/read-back.ts";
import type { BlobExtent, BlobId, BlobStore } from "./blob-store.ts";
import type { StoreErrorCode } from "./store-error.ts";

/** A place where a store of one kind can be opened, again and again, over the same data. */
export interface BlobStorePlace extends AsyncDisposable {
  open(): Promise<BlobStore>;
  /** The same data, opened as from another machine. Left out where a place is reached from one machine alone. */
  openElsewhere?(options: { readonly takeOver: boolean }): Promise<BlobStore>;
  /** Names of everything that blobs consist of: packs, manifests, unfinished files. */
  contents(): Promise<readonly string[]>;
}

/**
 * What every blob store must do. `chunk` is the chunk size of the stores that `place` opens: contents are made to lie across its borders.
 */
export function describeBlobStore(name: string, chunk: number, newPlace: () => Promise<BlobStorePlace>): void {
  const a = blobIdOf("a");
  const b = blobIdOf("b");

  const withStore = async (work: (store: BlobStore, place: BlobStorePlace) => Promise<void>): Promise<void> => {
    await using place = await newPlace();
    await using store = await place.open();
    await work(store, place);
  };

  describe(`${name}: writing and reading`, () => {
    for (const length of [0, 1, chunk - 1, chunk, chunk + 1, 5 * chunk, 5 * chunk + 17]) {
      it(`gives back a blob of ${length} bytes as it was written`, () =>
        withStore(async (store) => {
          const content = filler("whole", length);
          const size = await writeBlob(store, a, content);
          assert.equal(size.logicalBytes, length);
          assert.equal(size.dataBytes, length);
          assert.deepEqual(await readBlob(store, a), content);
        }));
    }

    it("reads any range, across chunk borders and at both ends", () =>
      withStore(async (store) => {
        const content = compressibleFiller("ranges", 6 * chunk + 100);
        await writeBlob(store, a, content);
        await using blob = await store.open(a);
        const starts = [0, 1, chunk - 1, chunk, 3 * chunk + 5, content.length - 1, content.length];
        for (const start of starts) {
          for (const length of [0, 1, 100, chunk, 2 * chunk + 1].filter((length) => start + length <= content.length)) {
            assert.deepEqual(Buffer.from(await blob.read(start, length)), content.subarray(start, start + length), `${length} at ${start}`);
          }
        }
      }));

    it("refuses ranges that leave the blob", () =>
      withStore(async (store) => {
        await writeBlob(store, a, filler("x", 100));
        await using blob = await store.open(a);
        for (const [offset, length] of [
          [0, 101],
          [100, 1],
          [-1, 1],
          [0, -1],
          [0.5, 1],
          [0, Number.NaN],
        ] as const) {
          await assert.rejects(blob.read(offset, length), RangeError);
        }
      }));

    it("accepts writes of any length and reads gaps as zeros", () =>
      withStore(async (store) => {
        const stretches = [
          { offset: 3, bytes: filler("1", 10) },
          { offset: 13, bytes: filler("2", chunk) },
          { offset: 4 * chunk - 1, bytes: filler("3", 2) },
          { offset: 9 * chunk, bytes: filler("4", chunk) },
        ];
        const lengthBytes = 12 * chunk + 5;
        await using writer = await store.create(a);
        for (const { offset, bytes } of stretches) {
          await writer.write(offset, bytes);
        }
        const size = await writer.commit({ lengthBytes });
        assert.equal(size.dataBytes, 5 * chunk);
        assert.deepEqual(await readBlob(store, a), contentOf(lengthBytes, stretches));
      }));

    it("lets the writer reuse its memory once a write has settled", () =>
      withStore(async (store) => {
        const memory = Buffer.alloc(chunk);
        await using writer = await store.create(a);
        for (let number = 0; number < 20; number += 1) {
          memory.fill(number + 1);
          await writer.write(number * chunk, memory);
        }
        memory.fill(0xff);
        await writer.commit({ lengthBytes: 20 * chunk });
        const content = await readBlob(store, a);
        for (let number = 0; number < 20; number += 1) {
          assert.ok(content.subarray(number * chunk, (number + 1) * chunk).every((byte) => byte === number + 1));
        }
      }));

    it("gives out memory that the reader may change", () =>
      withStore(async (store) => {
        const content = filler("mine", 2 * chunk);
        await writeBlob(store, a, content);
        await using blob = await store.open(a);
        (await blob.read(10, 100)).fill(0);
        assert.deepEqual(Buffer.from(await blob.read(0, 200)), content.subarray(0, 200));
      }));

    it("reads into memory of the reader's, where it can, zeros too", () =>
      withStore(async (store) => {
        const content = Buffer.concat([filler("into", chunk + 7), Buffer.alloc(3 * chunk), filler("more", chunk)]);
        await writeBlob(store, a, content);
        await using blob = await store.open(a);
        const memory = Buffer.alloc(content.length, 0xff);
        for (const [start, end] of [
          [0, content.length],
          [chunk, 4 * chunk],
          [2 * chunk + 5, 2 * chunk + 9],
        ] as const) {
          await blob.readInto?.(memory.fill(0xff).subarray(start, end), start);
          assert.ok(blob.readInto === undefined || memory.subarray(start, end).equals(content.subarray(start, end)));
          assert.ok(memory.subarray(end).every((byte) => byte === 0xff));
        }
      }));

    it("refuses to write backwards and to commit less than was written, and can go on after that", () =>
      withStore(async (store) => {
        await using writer = await store.create(a);
        await writer.write(100, filler("x", 50));
        await assert.rejects(writer.write(149, filler("y", 1)), RangeError);
        await assert.rejects(writer.write(-1, filler("y", 1)), RangeError);
        await assert.rejects(writer.commit({ lengthBytes: 149 }), RangeError);
        await writer.commit({ lengthBytes: 150 });
        assert.deepEqual(await readBlob(store, a), contentOf(150, [{ offset: 100, bytes: filler("x", 50) }]));
      }));

    it("lists data and zeros in ascending order without gaps", () =>
      withStore(async (store) => {
        await using writer = await store.create(a);
        await writer.write(2 * chunk, filler("data", chunk + 1));
        await writer.write(6 * chunk, Buffer.alloc(chunk));
        await writer.commit({ lengthBytes: 7 * chunk + 3 });
        await using blob = await store.open(a);
        const extents: BlobExtent[] = [];
        for await (const extent of blob.extents()) {
          extents.push(extent);
        }
        assert.deepEqual(extents, [
          { offset: 0, length: 2 * chunk, kind: "zero" },
          { offset: 2 * chunk, length: 2 * chunk, kind: "data" },
          { offset: 4 * chunk, length: 3 * chunk + 3, kind: "zero" },
        ]);
      }));

    it("keeps the record, and refuses one of more than 64 KiB", () =>
      withStore(async (store) => {
        const record = { name: "磁盘", parts: [1, { two: null }] };
        await using writer = await store.create(a);
        await assert.rejects(writer.commit({ lengthBytes: 0, record: { text: "x".repeat(65_536) } }), RangeError);
        await writer.commit({ lengthBytes: 0, record });
        await using blob = await store.open(a);
        assert.deepEqual(blob.record, record);
      }));

    it("stops a read whose signal is aborted, before or meanwhile", () =>
      withStore(async (store) => {
        await writeBlob(store, a, filler("x", 200 * chunk));
        await using blob = await store.open(a);
        await assert.rejects(blob.read(0, 3 * chunk, { signal: AbortSignal.abort() }), { name: "AbortError" });
        const cancel = new AbortController();
        const reading = blob.read(0, 200 * chunk, { signal: cancel.signal });
        cancel.abort();
        await assert.rejects(reading, { name: "AbortError" });
        assert.equal((await blob.read(0, 10)).length, 10);
      }));
  });

  describe(`${name}: keeping every chunk once`, () => {
    it("adds nothing for content that it has", () =>
      withStore(async (store) => {
        const content = filler("twice", 5 * chunk);
        assert.ok((await writeBlob(store, a, content)).addedBytes >= content.length);
        assert.equal((await writeBlob(store, b, content)).addedBytes, 0);
        assert.deepEqual(await readBlob(store, b), content);
      }));

    it("stores a chunk that a blob repeats once", () =>
      withStore(async (store) => {
        const one = filler("repeated", chunk);
        const content = Buffer.concat(Array.from({ length: 40 }, () => one));
        const { addedBytes } = await writeBlob(store, a, content);
        // Besides the chunk there may be the list of its places.
        assert.ok(addedBytes >= chunk && addedBytes <= chunk + 40 * 32, `${addedBytes} bytes`);
        assert.deepEqual(await readBlob(store, a), content);
      }));

    it("stores no zeros, written or not", () =>
      withStore(async (store) => {
        const size = await writeBlob(store, a, Buffer.alloc(7 * chunk + 1));
        assert.deepEqual(size, { logicalBytes: 7 * chunk + 1, dataBytes: 0, addedBytes: 0 });
        assert.deepEqual(await readBlob(store, a), Buffer.alloc(7 * chunk + 1));
      }));
  });

  describe(`${name}: committing and aborting`, () => {
    it("shows a blob to nobody before its commit", () =>
      withStore(async (store) => {
        await using writer = await store.create(a);
        await writer.write(0, filler("x", 2 * chunk));
        assert.equal(await store.has(a), false);
        await rejectsWith("store.notFound", store.open(a));
        assert.deepEqual(await idsOf(store), []);
        await writer.commit({ lengthBytes: 2 * chunk });
        assert.equal(await store.has(a), true);
        assert.deepEqual(await idsOf(store), [a]);
      }));

    it("leaves nothing behind when a writer is aborted, at any time and twice", () =>
      withStore(async (store, place) => {
        await writeBlob(store, b, filler("other", 3 * chunk));
        const before = await place.contents();
        for (const chunks of [0, 1, 30]) {
          const writer = await store.create(a);
          await writer.write(0, filler(`aborted ${chunks}`, chunks * chunk));
          await writer.abort();
          await writer.abort();
          assert.deepEqual(await place.contents(), before);
          await rejectsWith("store.closed", writer.write(chunks * chunk, filler("x", 1)));
          await rejectsWith("store.closed", writer.commit({ lengthBytes: chunks * chunk }));
        }
        assert.equal(await store.has(a), false);
        assert.ok((await writeBlob(store, a, filler("aborted 30", 30 * chunk))).addedBytes > 0);
        assert.deepEqual(await readBlob(store, a), filler("aborted 30", 30 * chunk));
      }));

    it("takes disposal without a commit for an abort, and after a commit for nothing", () =>
      withStore(async (store, place) => {
        const before = await place.contents();
        {
          await using writer = await store.create(a);
          await writer.write(0, filler("x", 2 * chunk));
        }
        assert.deepEqual(await place.contents(), before);
        const writer = await store.create(a);
        await writer.commit({ lengthBytes: 5 });
        await writer.abort();
        await writer[Symbol.asyncDispose]();
        assert.deepEqual(await readBlob(store, a), Buffer.alloc(5));
        await rejectsWith("store.closed", writer.commit({ lengthBytes: 5 }));
      }));

    it("refuses a name that is committed, and keeps what was committed first", () =>
      withStore(async (store, place) => {
        const late = await store.create(a);
        await late.write(0, filler("late", 2 * chunk));
        await writeBlob(store, a, filler("first", chunk));
        const before = await place.contents();
        await rejectsWith("store.exists", late.commit({ lengthBytes: 2 * chunk }));
        await late.abort();
        assert.deepEqual(
          (await place.contents()).filter((file) => !before.includes(file)),
          [],
        );
        await rejectsWith("store.exists", store.create(a));
        assert.deepEqual(await readBlob(store, a), filler("first", chunk));
      }));

    it("lets exactly one of several commits of one name through", () =>
      withStore(async (store) => {
        const writers = await Promise.all([1, 2, 3, 4].map(() => store.create(a)));
        await Promise.all(writers.map((writer, number) => writer.write(0, filler(`racer ${number}`, chunk))));
        const outcomes = await Promise.allSettled(writers.map((writer) => writer.commit({ lengthBytes: chunk })));
        await Promise.all(writers.map((writer) => writer.abort()));
        const winners = outcomes.flatMap((outcome, number) => (outcome.status === "fulfilled" ? [number] : []));
        assert.equal(winners.length, 1);
        assert.deepEqual(await readBlob(store, a), filler(`racer ${winners[0]}`, chunk));
      }));

    it("refuses names that are not 32 lower-case hex digits", () =>
      withStore(async (store) => {
        for (const name of ["", "abc", "../../../../../../../../etc/pass", "A".repeat(32), `${"a".repeat(32)}\n`]) {
          const id = name as BlobId;
          await assert.rejects(store.create(id), TypeError);
          await assert.rejects(store.open(id), TypeError);
          await assert.rejects(store.has(id), TypeError);
          await assert.rejects(store.remove(id), TypeError);
        }
      }));

    it("removes a blob, leaves others that share its chunks, and does not mind one that is not there", () =>
      withStore(async (store) => {
        const content = filler("shared", 3 * chunk);
        await writeBlob(store, a, content);
        await writeBlob(store, b, content);
        await store.remove(a);
        await store.remove(a);
        await rejectsWith("store.notFound", store.open(a));
        assert.deepEqual(await idsOf(store), [b]);
        assert.deepEqual(await readBlob(store, b), content);
        await writeBlob(store, a, filler("new", 10));
        assert.deepEqual(await readBlob(store, a), filler("new", 10));
      }));
  });

  describe(`${name}: copying`, () => {
    it("gives a second blob of the same content and record, which needs the first no more", () =>
      withStore(async (store) => {
        const content = Buffer.concat([filler("copied", 5 * chunk + 9), Buffer.alloc(3 * chunk)]);
        {
          await using writer = await store.create(a);
          await writer.write(0, content);
          await writer.commit({ lengthBytes: content.length, record: { of: "the original" } });
        }
        await store.copy(a, b);
        await store.remove(a);
        assert.deepEqual(await readBlob(store, b), content);
        await using copy = await store.open(b);
        assert.deepEqual([copy.id, copy.record], [b, { of: "the original" }]);
      }));

    it("adds one file, and gives the copy its own record when there is one", () =>
      withStore(async (store, place) => {
        await writeBlob(store, a, filler("copied", 25 * chunk));
        const before = await place.contents();
        await store.copy(a, b, { record: { of: "the copy" } });
        assert.equal((await place.contents()).length, before.length + 1);
        await using copy = await store.open(b);
        assert.deepEqual(copy.record, { of: "the copy" });
      }));

    it("refuses an original that is not there and a name that is taken, and changes nothing then", () =>
      withStore(async (store, place) => {
        await writeBlob(store, a, filler("a", chunk));
        await writeBlob(store, b, filler("b", chunk));
        const before = await place.contents();
        const none = blobIdOf("none");
        await rejectsWith("store.notFound", store.copy(none, blobIdOf("other")));
        await rejectsWith("store.exists", store.copy(a, b));
        await rejectsWith("store.exists", store.copy(a, a));
        await assert.rejects(store.copy(a, none, { record: { text: "x".repeat(65_536) } }), RangeError);
        await assert.rejects(store.copy(a, none, { rewrap: async (secret) => secret }), TypeError);
        await assert.rejects(store.copy("../a" as BlobId, none), TypeError);
        assert.deepEqual(await place.contents(), before);
        assert.deepEqual(await readBlob(store, b), filler("b", chunk));
      }));

    it("lets exactly one of several copies and commits of one name through", () =>
      withStore(async (store) => {
        const originals = [1, 2, 3].map((number) => blobIdOf(`original ${number}`));
        for (const original of originals) {
          await writeBlob(store, original, filler(original, chunk));
        }
        const late = await store.create(a);
        await late.write(0, filler("late", chunk));
        const outcomes = await Promise.allSettled([
          ...originals.map((original) => store.copy(original, a)),
          late.commit({ lengthBytes: chunk }),
        ]);
        await late.abort();
        assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
        const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
        assert.deepEqual(await readBlob(store, a), filler(originals[winner] ?? "late", chunk));
      }));
  });

  describe(`${name}: several at once`, () => {
    it("lets many writers work side by side", () =>
      withStore(async (store) => {
        const names = Array.from({ length: 12 }, (_, number) => `writer ${number}`);
        const contents = names.map((name, number) => Buffer.concat([filler("common", 4 * chunk), filler(name, number * chunk + number)]));
        await Promise.all(names.map((name, number) => writeBlob(store, blobIdOf(name), contents[number] ?? Buffer.alloc(0))));
        for (const [number, name] of names.entries()) {
          assert.deepEqual(await readBlob(store, blobIdOf(name)), contents[number]);
        }
        assert.deepEqual(new Set(await idsOf(store)), new Set(names.map(blobIdOf)));
      }));

    it("lets many readers work side by side, also while a blob is written", () =>
      withStore(async (store) => {
        const content = compressibleFiller("read by many", 9 * chunk);
        await writeBlob(store, a, content);
        await using blob = await store.open(a);
        const reads = Array.from({ length: 40 }, (_, number) => ({ offset: number * 101, length: (number % 5) * chunk + number }));
        const reading = reads.map(async ({ offset, length }) => {
          assert.deepEqual(Buffer.from(await blob.read(offset, length)), content.subarray(offset, offset + length));
        });
        await Promise.all([...reading, writeBlob(store, b, filler("meanwhile", 9 * chunk))]);
      }));

    it("works off overlapping calls of one writer in their order", () =>
      withStore(async (store) => {
        const content = filler("overlapping", 6 * chunk);
        await using writer = await store.create(a);
        const pieces = [0, 1, 2, 3, 4, 5].map((number) => content.subarray(number * chunk, (number + 1) * chunk));
        const writes = pieces.map((bytes, number) => writer.write(number * chunk, bytes));
        await Promise.all([...writes, writer.commit({ lengthBytes: content.length })]);
        assert.deepEqual(await readBlob(store, a), content);
      }));
  });

  describe(`${name}: closing and opening again`, () => {
    it("has everything that was committed, and nothing else", async () => {
      await using place = await newPlace();
      const content = compressibleFiller("kept", 7 * chunk + 9);
      let committed: readonly string[];
      {
        await using store = await place.open();
        await writeBlob(store, a, content);
        committed = await place.contents();
        const unfinished = await store.create(b);
        await unfinished.write(0, filler("lost", 5 * chunk));
      }
      assert.deepEqual(await place.contents(), committed);
      await using store = await place.open();
      assert.deepEqual(await idsOf(store), [a]);
      assert.deepEqual(await readBlob(store, a), content);
      assert.equal((await writeBlob(store, b, content)).addedBytes, 0);
    });

    it("is refused elsewhere while it belongs to one machine, and taken over when that is said", async (t) => {
      await using place = await newPlace();
      if (place.openElsewhere === undefined) {
        t.skip("reached from one machine alone");
        return;
      }
      const content = filler("moves", 3 * chunk);
      {
        await using store = await place.open();
        await writeBlob(store, a, content);
        await rejectsWith("store.owned", place.openElsewhere({ takeOver: false }));
      }
      await rejectsWith("store.owned", place.openElsewhere({ takeOver: false }));
      for (const takeOver of [true, false]) {
        await using store = await place.openElsewhere({ takeOver });
        assert.deepEqual(await readBlob(store, a), content);
      }
      await rejectsWith("store.owned", place.open());
    });

    it("refuses every call after it was closed", async () => {
      await using place = await newPlace();
      const store = await place.open();
      await writeBlob(store, a, filler("x", chunk));
      const blob = await store.open(a);
      const writer = await store.create(b);
      await store[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await rejectsWith("store.closed", store.create(b));
      await rejectsWith("store.closed", store.open(a));
      await rejectsWith("store.closed", store.copy(a, b));
      await rejectsWith("store.closed", store.has(a));
      await rejectsWith("store.closed", store.remove(a));
      await rejectsWith("store.closed", idsOf(store));
      await rejectsWith("store.closed", blob.read(0, 1));
      await rejectsWith("store.closed", writer.write(0, filler("y", 1)));
      await blob[Symbol.asyncDispose]();
      await writer.abort();
    });

    it("finishes reads that were under way when their blob was closed", () =>
      withStore(async (store) => {
        const content = filler("slow", 20 * chunk);
        await writeBlob(store, a, content);
        const blob = await store.open(a);
        const reading = blob.read(0, content.length);
        await blob[Symbol.asyncDispose]();
        assert.deepEqual(Buffer.from(await reading), content);
      }));
  });
}

async function idsOf(store: BlobStore): Promise<BlobId[]> {
  const ids: BlobId[] = [];
  for await (const id of store.list()) {
    ids.push(id);
  }
  return ids;
}

async function rejectsWith(code: StoreErrorCode, call: Promise<unknown>): Promise<void> {
  await assert.rejects(call, { name: "StoreError", code });
}
