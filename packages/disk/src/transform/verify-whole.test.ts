import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import * as fc from "fast-check";
import { describeByteSource } from "../core/byte-source.contract.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { MemorySource } from "../source/memory-source.ts";
import { SlowSource } from "./testing/slow-source.ts";
import { verifyWhole } from "./verify-whole.ts";

function sha256(content: Uint8Array): Buffer {
  return createHash("sha256").update(content).digest();
}

const content = new SeededRandom(6).bytes(20_000);

describeByteSource("a source that is verified as a whole", async (bytes) => verifyWhole(new MemorySource(bytes), sha256(bytes)));

test("whatever was read before, in whatever order, the verdict is right", async () => {
  const reads = fc.array(fc.tuple(fc.nat(content.length), fc.nat(8000)), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(reads, fc.boolean(), fc.boolean(), async (list, isIntact, failsOnce) => {
      const slow = new SlowSource(content);
      const expected = isIntact ? sha256(content) : sha256(content.subarray(1));
      await using source = verifyWhole(slow, expected);
      slow.failures = failsOnce ? 1 : 0;
      await Promise.allSettled(list.map(([offset, length]) => source.read(offset, Math.min(length, content.length - offset))));
      slow.failures = 0;
      if (isIntact) {
        await source.finish();
        await source.finish();
      } else {
        await assert.rejects(source.finish(), { code: "disk.corrupt" });
        await assert.rejects(source.finish(), { code: "disk.corrupt" });
      }
    }),
    { numRuns: 40 },
  );
});

test("reads in order are hashed as they come, side by side too, and the last one brings the verdict", async () => {
  for (const expected of [content, content.subarray(1)]) {
    const slow = new SlowSource(content);
    await using source = verifyWhole(slow, sha256(expected));
    const starts = Array.from({ length: 9 }, (_, index) => index * 2000);
    await Promise.all(starts.map((start) => source.read(start, 2000)));
    const last = source.read(18_000, 2000);
    if (expected === content) {
      assert.ok(content.subarray(18_000).equals(await last));
      await source.finish();
      assert.equal(slow.reads.length, 10);
    } else {
      await assert.rejects(last, { code: "disk.corrupt", message: new RegExp(sha256(content).toString("hex")) });
    }
  }
});

test("the bytes are the source's although the caller uses its memory again at once", async () => {
  await using source = verifyWhole(new MemorySource(content), sha256(content));
  const target = Buffer.alloc(5000);
  for (let offset = 0; offset < content.length; offset += target.length) {
    await source.readInto?.(target, offset);
    assert.ok(target.equals(content.subarray(offset, offset + target.length)));
    target.fill(0);
  }
  await source.finish();
});

test("after a read that failed the whole source is read again, and an empty source has a verdict too", async () => {
  const slow = new SlowSource(content);
  await using source = verifyWhole(slow, sha256(content));
  await source.read(0, 100);
  slow.failures = 1;
  await assert.rejects(source.read(100, 100), /medium away/);
  await source.finish();
  assert.deepEqual(slow.reads.at(-1), [0, content.length]);

  await using empty = verifyWhole(new MemorySource(Buffer.alloc(0)), sha256(Buffer.alloc(0)));
  await empty.finish();
});

test("closing without a verdict is possible, and closes the source; what is no SHA-256 is refused", async () => {
  const slow = new SlowSource(content);
  const source = verifyWhole(slow, sha256(content));
  await source.read(0, 10);
  await source[Symbol.asyncDispose]();
  assert.equal(slow.timesClosed, 1);
  assert.throws(() => verifyWhole(slow, Buffer.alloc(20)), RangeError);
});
