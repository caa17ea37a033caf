import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { inBlocks } from "./in-blocks.ts";

const blockBytes = 512 * 1024;

async function* cutAt(content: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  const bounds = [0, ...places.toSorted((one, other) => one - other), content.length];
  yield* bounds.slice(1).map((end, index) => content.subarray(bounds[index], end));
}

async function copiesOf(blocks: AsyncIterable<Uint8Array>): Promise<readonly Buffer[]> {
  const copies: Buffer[] = [];
  for await (const block of blocks) {
    copies.push(Buffer.from(block));
  }
  return copies;
}

describe("a content in blocks", () => {
  const content = Buffer.from(Array.from({ length: 3 * blockBytes + 7 }, (_, index) => (index * 2654435761) >>> 24));

  it("is the same wherever the network cut it, and every block but the last is whole", async () => {
    const cuts = fc.uniqueArray(fc.nat(content.length), { maxLength: 20 });
    const expectations = fc.constantFrom(undefined, 0, content.length, blockBytes * 100);
    await fc.assert(
      fc.asyncProperty(cuts, expectations, async (places, expectedBytes) => {
        const blocks = await copiesOf(inBlocks(cutAt(content, places), expectedBytes === 0 ? undefined : expectedBytes));
        assert.deepEqual(
          blocks.map(({ length }) => length),
          [blockBytes, blockBytes, blockBytes, 7],
        );
        assert.ok(Buffer.concat(blocks).equals(content));
      }),
      { numRuns: 10 },
    );
  });

  it("comes whole when it is longer than expected, and not at all when it is empty", async () => {
    const short = content.subarray(0, 1000);
    assert.deepEqual(Buffer.concat(await copiesOf(inBlocks(cutAt(short, [10]), 300))), short);
    assert.deepEqual(Buffer.concat(await copiesOf(inBlocks(cutAt(short, [10]), 0))), short);
    assert.deepEqual(await copiesOf(inBlocks(cutAt(Buffer.alloc(0), []))), []);
  });

  it("gives what came before it breaks off, then why it did", async () => {
    async function* broken() {
      yield Buffer.from("came");
      throw new Error("the sender went away");
    }
    const blocks = inBlocks(broken());
    assert.equal(String((await blocks.next()).value), "came");
    await assert.rejects(async () => blocks.next(), /the sender went away/);
  });

  it("is left when its reader leaves", async () => {
    let isLeft = false;
    async function* endless() {
      try {
        for (;;) {
          yield content;
        }
      } finally {
        isLeft = true;
      }
    }
    for await (const block of inBlocks(endless())) {
      assert.equal(block.length, blockBytes);
      break;
    }
    assert.ok(isLeft);
  });
});
