import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockCache } from "./block-cache.ts";
import type { Content } from "./block-cache.ts";

/** Makes blocks of one byte that is their number, and remembers them. */
class Maker {
  readonly made: Content[] = [];
  readonly cache: BlockCache;

  constructor(maxBlocks: number) {
    this.cache = new BlockCache(maxBlocks);
  }

  async byteOf(block: number, signal?: AbortSignal): Promise<number | undefined> {
    let byte: number | undefined;
    const make = async (): Promise<Content> => {
      const content = Uint8Array.of(block);
      this.made.push(content);
      await new Promise(setImmediate);
      return content;
    };
    await this.cache.use(block, { make, look: (content) => void (byte = content[0]) }, signal);
    return byte;
  }
}

test("a block that is asked for again, or by several at once, is made once", async () => {
  const maker = new Maker(2);
  assert.deepEqual(await Promise.all([maker.byteOf(7), maker.byteOf(7)]), [7, 7]);
  assert.equal(await maker.byteOf(7), 7);
  assert.equal(maker.made.length, 1);
});

test("the block not used for longest is dropped, and its memory is given back", async () => {
  const maker = new Maker(2);
  for (const block of [1, 2, 1, 3]) {
    await maker.byteOf(block);
  }
  await new Promise(setImmediate);
  assert.deepEqual(
    maker.made.map((content) => content.length),
    [1, 0, 1],
  );
  assert.equal(await maker.byteOf(2), 2);
});

test("more blocks than are kept can be looked at at once, and keep their memory until then", async () => {
  const maker = new Maker(1);
  assert.deepEqual(await Promise.all([1, 2, 3, 4].map((block) => maker.byteOf(block))), [1, 2, 3, 4]);
  await new Promise(setImmediate);
  assert.equal(maker.made.filter((content) => content.length > 0).length, 1);
});

test("a caller that gives up does not take the block from others", async () => {
  const maker = new Maker(1);
  const abort = new AbortController();
  const [givenUp, other] = [maker.byteOf(5, abort.signal), maker.byteOf(5)];
  abort.abort(new Error("enough"));
  await assert.rejects(givenUp, /enough/);
  assert.equal(await other, 5);
});

test("a block that cannot be made is not remembered", async () => {
  const cache = new BlockCache(1);
  let bytes = 0;
  const look = (content: Content): void => void (bytes = content.length);
  await assert.rejects(cache.use(1, { make: () => Promise.reject(new Error("damaged")), look }, undefined), /damaged/);
  await cache.use(1, { make: async () => new Uint8Array(3), look }, undefined);
  assert.equal(bytes, 3);
});
