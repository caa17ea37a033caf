import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { ContentDigests, DigestAlgorithm } from "../../ports/content-digests.ts";
import { inlineDigests } from "./inline-digests.ts";
import { threadedDigests } from "./threaded-digests.ts";

const large = 64 * 1024 * 1024;
/** Digests of "123456789" as the standards publish them, and of nothing. */
const published: Readonly<Record<DigestAlgorithm, readonly [digits: string, empty: string]>> = {
  md5: ["25f9e794323b453885f5181f1b624d0b", "d41d8cd98f00b204e9800998ecf8427e"],
  sha1: ["f7c3bc1d808e04732adf679965ccc34ca7ae3441", "da39a3ee5e6b4b0d3255bfef95601890afd80709"],
  sha256: [
    "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  ],
  sha512: [
    "d9e6762dd1c8eaf6d61b3c6192fc408d4d6d5f1176d0c29169bc24e71c3f274ad27fcd5811b313d681f7e55ec02d73d499c95455b6b5bb503acf574fba8ffe85",
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
  ],
  crc32: ["cbf43926", "00000000"],
  crc32c: ["e3069283", "00000000"],
  crc64nvme: ["ae8b14860a799888", "0000000000000000"],
};
// The keys are those of the literal above.
const algorithms = Object.keys(published) as DigestAlgorithm[];

async function digestsOf(digests: ContentDigests, pieces: readonly Uint8Array[], expectedBytes: number): Promise<unknown> {
  using running = digests.start(algorithms, expectedBytes);
  for (const piece of pieces) {
    await running.update(piece);
  }
  return Object.fromEntries(await running.finish());
}

for (const [name, open] of [
  ["in the caller's thread", () => inlineDigests()],
  ["in worker threads", () => threadedDigests({ threads: 2 })],
] as const) {
  test(`digests computed ${name} are those that the standards publish`, async () => {
    await using digests = open();
    for (const [index, text] of ["123456789", ""].entries()) {
      const expected = Object.fromEntries(algorithms.map((algorithm) => [algorithm, published[algorithm][index]]));
      assert.deepEqual(await digestsOf(digests, [Buffer.from(text)], large), expected);
    }
  });
}

test("it does not matter in which pieces a content comes, nor in which thread it is digested", async () => {
  await using digests = threadedDigests({ threads: 2 });
  const content = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 2654435761) >>> 24));
  const expected = await digestsOf(inlineDigests(), [content], 0);
  const cuts = fc.uniqueArray(fc.integer({ min: 0, max: content.length }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const bounds = [0, ...places.toSorted((one, other) => one - other), content.length];
      const pieces = bounds.slice(1).map((end, index) => content.subarray(bounds[index], end));
      assert.deepEqual(await digestsOf(digests, pieces, large), expected);
    }),
    { numRuns: 15 },
  );
});

test("many contents at once keep their digests apart, and one that is dropped disturbs nobody", async () => {
  await using digests = threadedDigests({ threads: 2 });
  const contents = Array.from({ length: 12 }, (_, index) => Buffer.alloc(1_200_000, index));
  const expected = await Promise.all(contents.map((content) => digestsOf(inlineDigests(), [content], 0)));
  const dropped = digests.start(["md5"], large);
  await dropped.update(Buffer.alloc(2_000_000));
  dropped[Symbol.dispose]();
  assert.deepEqual(await Promise.all(contents.map((content) => digestsOf(digests, [content], large))), expected);
});

test("memory may be reused once an update is settled", async () => {
  await using digests = threadedDigests({ threads: 1 });
  using running = digests.start(["md5"], large);
  const memory = Buffer.alloc(300_000, 1);
  await running.update(memory);
  memory.fill(2);
  await running.update(memory);
  const expected = await digestsOf(inlineDigests(), [Buffer.alloc(300_000, 1), memory], 0);
  assert.deepEqual({ ...(expected as object), ...Object.fromEntries(await running.finish()) }, expected);
});

test("a content that is being digested fails when its thread ends, instead of waiting for ever", async () => {
  const digests = threadedDigests({ threads: 1 });
  using running = digests.start(["md5"], large);
  await running.update(Buffer.alloc(1000));
  await digests[Symbol.asyncDispose]();
  await assert.rejects(running.finish(), /ended/);
  await assert.rejects(running.update(Buffer.alloc(2_000_000)), /ended/);
});
