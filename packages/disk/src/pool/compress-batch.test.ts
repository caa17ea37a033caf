import assert from "node:assert/strict";
import { test } from "node:test";
import { inflateRawSync, zstdDecompressSync } from "node:zlib";
import { TestDisk } from "../core/testing/test-disk.ts";
import { compressBatch, PLAIN_CLUSTER, ZERO_CLUSTER } from "./compress-batch.ts";

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
