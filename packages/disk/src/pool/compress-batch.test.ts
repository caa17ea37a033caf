import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { TestDisk } from "../core/testing/test-disk.ts";
import { compressBatch, PLAIN_CLUSTER, WRAPPED_SPARE_BYTES, ZERO_CLUSTER } from "./compress-batch.ts";

const CLUSTER_BYTES = 65_536;
const disk = new TestDisk(4 * CLUSTER_BYTES, [
  { offset: 0, length: CLUSTER_BYTES, content: "text" },
  { offset: 2 * CLUSTER_BYTES, length: CLUSTER_BYTES, content: "noise" },
  { offset: 3 * CLUSTER_BYTES, length: CLUSTER_BYTES, content: "text" },
]);
const input = await disk.read(0, disk.virtualSizeBytes);

for (const codec of ["zlib", "zstd"] as const) {
  test(`${codec}: results lie back to back, zeros and what does not shrink are only named`, () => {
    const output = new Uint8Array(input.length);
    const [first = 0, zero, plain, last = 0] = compressBatch(input, output, { codec, clusterSize: CLUSTER_BYTES });
    assert.deepEqual([zero, plain], [ZERO_CLUSTER, PLAIN_CLUSTER]);
    assert.ok(first > 0 && last > 0);
    const decompress = (bytes: Uint8Array): Buffer => (codec === "zlib" ? inflateRawSync(bytes) : zstdDecompressSync(bytes));
    assert.ok(decompress(output.subarray(0, first)).equals(input.subarray(0, CLUSTER_BYTES)));
    assert.ok(decompress(output.subarray(first, first + last)).equals(input.subarray(3 * CLUSTER_BYTES)));
  });
}

test("deflated clusters need no more than the window of 4 KiB that readers have", () => {
  const output = new Uint8Array(input.length);
  const [first = 0] = compressBatch(input, output, { codec: "zlib", clusterSize: CLUSTER_BYTES });
  const inflated = inflateRawSync(output.subarray(0, first), { windowBits: 12, chunkSize: 1024 });
  assert.ok(inflated.equals(input.subarray(0, CLUSTER_BYTES)));
});

test("codecs for formats without a plain form keep what grows, within the room they ask for", () => {
  const decompressors = {
    "zlib-wrapped": inflateSync,
    "deflate-flushed": (bytes: Uint8Array) => inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }),
    "zstd-kept": zstdDecompressSync,
  } as const;
  for (const codec of ["zlib-wrapped", "deflate-flushed", "zstd-kept"] as const) {
    const output = new Uint8Array(input.length + 4 * WRAPPED_SPARE_BYTES);
    const [first = 0, zero, grown = 0] = compressBatch(input, output, { codec, clusterSize: CLUSTER_BYTES });
    assert.equal(zero, ZERO_CLUSTER);
    assert.ok(grown > CLUSTER_BYTES && grown <= CLUSTER_BYTES + WRAPPED_SPARE_BYTES, codec);
    const content = decompressors[codec](output.subarray(first, first + grown));
    assert.ok(content.equals(input.subarray(2 * CLUSTER_BYTES, 3 * CLUSTER_BYTES)), codec);
  }
});

test("flushed results put together are one deflate stream", () => {
  const output = new Uint8Array(input.length + 4 * WRAPPED_SPARE_BYTES);
  const lengths = compressBatch(input, output, { codec: "deflate-flushed", clusterSize: CLUSTER_BYTES });
  const packedBytes = lengths.reduce((sum, length) => sum + Math.max(length, 0), 0);
  const content = inflateRawSync(output.subarray(0, packedBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  assert.ok(content.equals(Buffer.concat([input.subarray(0, CLUSTER_BYTES), input.subarray(2 * CLUSTER_BYTES)])));
});
