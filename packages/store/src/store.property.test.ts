import assert from "node:assert/strict";
import { it } from "node:test";
import * as fc from "fast-check";
import { blobIdOf, compressibleFiller, filler } from "../test/filler.ts";
import { contentOf } from "../test/read-back.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import type { BlobExtent, StoredBlob } from "./blob-store.ts";
import { openLocalStore } from "./open-local-store.ts";

const chunk = 4096;

/** Where a write begins after the end of the one before, how long it is, and what it holds. */
const writePlan = fc.record({
  gap: fc.oneof(fc.constant(0), fc.nat(100), fc.nat(5 * chunk), fc.constantFrom(chunk, 4096 * chunk)),
  length: fc.oneof(fc.nat(50), fc.nat(6 * chunk), fc.constantFrom(chunk - 1, chunk, chunk + 1)),
  kind: fc.constantFrom("random", "text", "zero", "repeated"),
});

type WritePlan = typeof writePlan extends fc.Arbitrary<infer T> ? T : never;

function bytesOf({ kind, length }: WritePlan, number: number): Buffer {
  switch (kind) {
    case "random":
      return filler(`${number}`, length);
    case "text":
      return compressibleFiller(`${number}`, length);
    case "repeated":
      return filler("always the same", length);
    case "zero":
      return Buffer.alloc(length);
  }
}

it("reads any blob, written in any pieces and with any gaps, like a plain array of bytes", async () => {
  await using folder = await temporaryFolder();
  await using store = await openLocalStore(folder.path, { chunkSizeBytes: chunk, packBytes: 40_000, workers: 2, cacheBytes: 3 * chunk });
  let blobs = 0;
  const plans = fc.array(writePlan, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(
      plans,
      fc.nat(3 * chunk),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(4 * chunk))),
      async (plan, tail, reads) => {
        blobs += 1;
        const id = blobIdOf(`blob ${blobs}`);
        await using writer = await store.create(id);
        const stretches: { offset: number; bytes: Buffer }[] = [];
        let end = 0;
        for (const [number, write] of plan.entries()) {
          const stretch = { offset: end + write.gap, bytes: bytesOf(write, number) };
          await writer.write(stretch.offset, stretch.bytes);
          stretches.push(stretch);
          end = stretch.bytes.length === 0 ? end : stretch.offset + stretch.bytes.length;
        }
        const lengthBytes = end + tail;
        await writer.commit({ lengthBytes });
        const expected = contentOf(
          lengthBytes,
          stretches.filter(({ bytes }) => bytes.length > 0),
        );
        await using blob = await store.open(id);
        assert.equal(blob.lengthBytes, lengthBytes);
        for (const [part, length] of reads) {
          const offset = Math.floor(part * lengthBytes);
          const got = await blob.read(offset, Math.min(length, lengthBytes - offset));
          assert.ok(expected.subarray(offset, offset + got.length).equals(got));
        }
        await checkExtents(blob, expected);
      },
    ),
    { numRuns: 60, seed: 7 },
  );
});

/** Extents cover the blob, alternate, and call nothing zero that is not; reading the data alone gives the whole content. */
async function checkExtents(blob: StoredBlob, expected: Buffer): Promise<void> {
  let end = 0;
  let last: BlobExtent | undefined;
  for await (const extent of blob.extents()) {
    assert.equal(extent.offset, end);
    assert.ok(extent.length > 0);
    assert.notEqual(extent.kind, last?.kind);
    const part = expected.subarray(end, end + extent.length);
    assert.ok(extent.kind === "zero" ? part.equals(Buffer.alloc(part.length)) : part.equals(await blob.read(end, part.length)));
    end += extent.length;
    last = extent;
  }
  assert.equal(end, blob.lengthBytes);
}
