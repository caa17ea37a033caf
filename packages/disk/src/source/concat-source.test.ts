import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { describeByteSource } from "../core/byte-source.contract.ts";
import type { ByteSource } from "../core/byte-source.ts";
import { listExtents } from "../core/testing/list-extents.ts";
import { ConcatSource } from "./concat-source.ts";
import { MemorySource } from "./memory-source.ts";

describeByteSource("several sources joined", async (content) => {
  const cuts = [0, 1, 1, 700, 4096, content.length].map((cut) => Math.min(cut, content.length));
  return new ConcatSource(cuts.slice(1).map((cut, index) => new MemorySource(content.subarray(cuts[index], cut))));
});

test("any range over any number of parts reads as one", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }),
      fc.nat(100),
      fc.nat(100),
      async (parts, from, length) => {
        const whole = Buffer.concat(parts);
        const source = new ConcatSource(parts.map((part) => new MemorySource(part)));
        assert.equal(source.lengthBytes, whole.length);
        const offset = Math.min(from, whole.length);
        const wanted = whole.subarray(offset, offset + length);
        assert.deepEqual(Buffer.from(await source.read(offset, wanted.length)), wanted);
      },
    ),
  );
});

test("a read behind the last part is refused", async () => {
  await assert.rejects(new ConcatSource([new MemorySource(Buffer.alloc(4))]).read(2, 3), RangeError);
});

test("extents of the parts are moved to their places, and parts without extents are data", async () => {
  const sparse: ByteSource = {
    lengthBytes: 10,
    read: async (_, length) => new Uint8Array(length),
    async *extents() {
      yield { offset: 0, length: 4, kind: "hole" };
      yield { offset: 4, length: 6, kind: "data" };
    },
    async [Symbol.asyncDispose]() {},
  };
  const whole = new ConcatSource([new MemorySource(Buffer.alloc(5)), new MemorySource(Buffer.alloc(0)), sparse]);
  assert.deepEqual(await listExtents(whole), [
    { offset: 0, length: 5, kind: "data" },
    { offset: 5, length: 4, kind: "hole" },
    { offset: 9, length: 6, kind: "data" },
  ]);
});

test("closing the whole closes every part", async () => {
  let closed = 0;
  const part: ByteSource = {
    lengthBytes: 1,
    read: async () => new Uint8Array(1),
    async [Symbol.asyncDispose]() {
      closed += 1;
    },
  };
  await new ConcatSource([part, part])[Symbol.asyncDispose]();
  assert.equal(closed, 2);
});
