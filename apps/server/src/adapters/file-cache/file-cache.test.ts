import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, open, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { DamagedCacheError } from "../../ports/file-cache.ts";
import type { FileCache, OpenCachedFile } from "../../ports/file-cache.ts";
import type { ImageId } from "../../ports/ids.ts";
import { TestClock } from "../../testing/transfer-world.ts";
import { openFileCache } from "./open-file-cache.ts";

const mib = 1024 * 1024;
const never = new AbortController().signal;
const image = "0198c4f0-0000-7000-8000-000000000001" as ImageId;
const keyOf = (number: number) => String(number).padStart(32, "0");

interface World {
  readonly dir: string;
  readonly clock: TestClock;
  readonly reopen: (maxBytes?: number) => Promise<FileCache>;
}

async function withCache(work: (cache: FileCache, world: World) => Promise<void>, maxBytes = 64 * mib): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), "tintype-cache-"));
  const clock = new TestClock();
  const reopen = (most = maxBytes) => openFileCache({ dir, maxBytes: most, clock });
  try {
    await work(await reopen(), { dir, clock, reopen });
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Gives bytes in pieces whose memory is used again, as the store does. */
async function* inPieces(bytes: Uint8Array, length = 300_007): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(length);
  for (let at = 0; at < bytes.length; at += length) {
    const piece = bytes.subarray(at, at + length);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    memory.fill(0xdd);
  }
}

async function keep(cache: FileCache, number: number, bytes: Uint8Array): Promise<void> {
  await cache.write({ key: keyOf(number), imageId: image, lengthBytes: bytes.length, pieces: inPieces(bytes) }, never);
}

async function bytesOf(file: OpenCachedFile, range = { start: 0, end: file.lengthBytes }): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of file.pieces(range)) {
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}

async function readBack(cache: FileCache, number: number): Promise<Buffer | undefined> {
  await using file = await cache.open(keyOf(number));
  return file && (await bytesOf(file));
}

test("a file of any length comes back, whole and in any range", () =>
  withCache(async (cache) => {
    for (const [number, length] of [0, 1, mib - 1, mib, mib + 1, 3 * mib + 77].entries()) {
      const bytes = randomBytes(length);
      await keep(cache, number, bytes);
      await using file = await cache.open(keyOf(number));
      assert.equal(file?.lengthBytes, length);
      assert.ok((await bytesOf(file)).equals(bytes));
      const place = fc.nat({ max: length });
      await fc.assert(
        fc.asyncProperty(place, place, async (one, other) => {
          const range = { start: Math.min(one, other), end: Math.max(one, other) };
          assert.ok((await bytesOf(file, range)).equals(bytes.subarray(range.start, range.end)));
        }),
        { numRuns: 15 },
      );
    }
  }));

test("files, the queue and how often a file was read are there again after a stop", () =>
  withCache(async (cache, { clock, reopen }) => {
    const bytes = randomBytes(mib + 5);
    await keep(cache, 1, bytes);
    clock.advance(1000);
    await readBack(cache, 1);
    await cache.enqueue("a" as ImageId);
    await cache.enqueue("b" as ImageId);
    await cache.enqueue("a" as ImageId);
    await cache.dequeue("c" as ImageId);
    const before = [cache.files(), cache.queue()];
    await cache[Symbol.asyncDispose]();
    const again = await reopen();
    assert.deepEqual([again.files(), again.queue()], before);
    assert.deepEqual(again.queue(), ["a", "b"]);
    assert.equal(again.files()[0]?.hits, 1);
    assert.equal(again.files()[0]?.imageId, image);
    assert.ok((await readBack(again, 1))?.equals(bytes));
  }));

test("what was killed in the middle leaves nothing that is taken for whole, and no bytes behind", () =>
  withCache(async (cache, { dir, reopen }) => {
    await keep(cache, 1, randomBytes(2 * mib));
    const whole = await readFile(join(dir, `${keyOf(1)}.file`));
    // What a stop can leave under the temporary name, and a broken disk under the other.
    await writeFile(join(dir, `${keyOf(2)}.part`), whole.subarray(0, mib));
    await writeFile(join(dir, `${keyOf(3)}.file`), whole.subarray(0, -1));
    await writeFile(join(dir, `${keyOf(4)}.file`), "");
    await writeFile(join(dir, "state.json"), `{"queue":["a"`);
    await writeFile(join(dir, "notes of the operator"), "stay");
    const again = await reopen();
    assert.deepEqual(
      again.files().map(({ key }) => key),
      [keyOf(1)],
    );
    assert.deepEqual(again.queue(), []);
    assert.deepEqual((await readdir(dir)).toSorted(), [`${keyOf(1)}.file`, "notes of the operator", "state.json"].toSorted());
  }));

test("a byte that changed on the disk is noticed before it is given out, wherever it is", () =>
  withCache(async (cache, { dir }) => {
    const bytes = randomBytes(2 * mib + 100);
    const path = join(dir, `${keyOf(1)}.file`);
    await keep(cache, 1, bytes);
    const written = await readFile(path);
    const inData = [0, mib - 1, mib, 2 * mib + 99];
    for (const offset of [...inData, ...Array.from({ length: written.length - bytes.length }, (_, index) => bytes.length + index)]) {
      await keep(cache, 1, bytes);
      {
        await using file = await open(path, "r+");
        await file.write(Buffer.of((written[offset] ?? 0) ^ 0x10), 0, 1, offset);
      }
      await using file = await cache.open(keyOf(1));
      if (offset >= bytes.length) {
        assert.equal(file, undefined, `offset ${offset}`);
        assert.equal(cache.has(keyOf(1)), false);
        continue;
      }
      const given: Buffer[] = [];
      const reading = async () => {
        for await (const piece of file?.pieces({ start: 0, end: bytes.length }) ?? []) {
          given.push(Buffer.from(piece));
        }
      };
      await assert.rejects(reading(), DamagedCacheError);
      const before = Buffer.concat(given);
      assert.ok(before.length <= offset && before.equals(bytes.subarray(0, before.length)));
    }
    await keep(cache, 1, bytes);
    await truncate(path, 100);
    assert.equal(await cache.open(keyOf(1)), undefined);
  }));

test("the least recently read file goes first, and one that is being read stays readable", () =>
  withCache(async (cache, { clock, dir, reopen }) => {
    const [first, second, third] = [randomBytes(mib), randomBytes(mib), randomBytes(mib)];
    for (const [index, bytes] of [first, second, third].entries()) {
      await keep(cache, index + 1, bytes);
      clock.advance(1);
    }
    await readBack(cache, 1);
    await using reading = await cache.open(keyOf(2));
    clock.advance(1);
    await readBack(cache, 3);
    clock.advance(1);
    await readBack(cache, 1);
    // Of the three, the second was read first.
    await keep(cache, 4, randomBytes(mib));
    assert.deepEqual(
      cache
        .files()
        .map(({ key }) => key)
        .toSorted(),
      [1, 3, 4].map(keyOf),
    );
    assert.ok(reading && (await bytesOf(reading)).equals(second));
    assert.deepEqual(await cache.prune(), { files: 0, bytes: 0 });
    const smaller = await reopen(2 * mib);
    assert.equal(smaller.files().length, 2);
    assert.equal((await readdir(dir)).filter((name) => name.endsWith(".file")).length, 2);
  }, 3 * mib));

test("a file that breaks off, is longer or shorter than was said, or larger than the cache leaves nothing", () =>
  withCache(async (cache, { dir }) => {
    const bytes = randomBytes(mib);
    const file = { key: keyOf(1), imageId: image, lengthBytes: bytes.length };
    const breaksOff = async function* () {
      yield bytes.subarray(0, 100);
      throw new Error("the store is gone");
    };
    await assert.rejects(cache.write({ ...file, pieces: breaksOff() }, never), /the store is gone/);
    await assert.rejects(cache.write({ ...file, lengthBytes: mib - 1, pieces: inPieces(bytes) }, never), RangeError);
    await assert.rejects(cache.write({ ...file, lengthBytes: mib + 1, pieces: inPieces(bytes) }, never), RangeError);
    await assert.rejects(cache.write({ ...file, lengthBytes: 65 * mib, pieces: inPieces(bytes) }, never), RangeError);
    await assert.rejects(cache.write({ ...file, key: "../state", pieces: inPieces(bytes) }, never), RangeError);
    await assert.rejects(cache.write({ ...file, pieces: inPieces(bytes) }, AbortSignal.abort(new Error("called off"))), /called off/);
    assert.deepEqual(cache.files(), []);
    assert.deepEqual(await readdir(dir), []);
    await keep(cache, 1, bytes);
    await cache.remove(keyOf(1));
    await cache.remove(keyOf(1));
    assert.equal(await readBack(cache, 1), undefined);
    assert.deepEqual(await readdir(dir), []);
  }));
