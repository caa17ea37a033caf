import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { ChunkScanner } from "./chunk-scanner.ts";
import { FileDigest } from "./file-digest.ts";

const chunk = 4096;
const hash = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest("hex");
const bytes = Buffer.concat([
  Buffer.alloc(chunk, 1),
  Buffer.alloc(20 * chunk),
  Buffer.alloc(3 * chunk, 2),
  Buffer.alloc(chunk),
  Buffer.alloc(10, 3),
]);

async function scan(
  source: ConstructorParameters<typeof ChunkScanner>[0],
  most: number,
): Promise<{ chunks: string[]; sha256: string; sha512: string }> {
  await using digest = new FileDigest();
  await using scanner = new ChunkScanner(source, chunk, { digest, signal: undefined });
  const chunks: string[] = [];
  while (scanner.offset < source.lengthBytes) {
    chunks.push(...(await scanner.next(most)).map((one) => (one === undefined ? "" : Buffer.from(one).toString("hex"))));
  }
  return { chunks, ...(await digest.finish()) };
}

const expected = {
  chunks: Array.from({ length: 26 }, (_, index) => bytes.subarray(index * chunk, (index + 1) * chunk)).map((one) =>
    one.every((byte) => byte === 0) ? "" : hash("sha256", one),
  ),
  sha256: hash("sha256", bytes),
  sha512: hash("sha512", bytes),
};

test("every chunk and the whole file have their digests, however many are taken at a time", async () => {
  const source = { lengthBytes: bytes.length, read: async (at: number, length: number) => bytes.subarray(at, at + length) };
  for (const most of [1, 7, 1000]) {
    assert.deepEqual(await scan(source, most), expected);
  }
});

test("what the source knows to be empty is not read", async () => {
  const reads: number[] = [];
  const source = {
    lengthBytes: bytes.length,
    read: async (at: number, length: number) => {
      reads.push(at / chunk);
      return bytes.subarray(at, at + length);
    },
    async *extents() {
      yield { offset: 0, length: chunk + 5, kind: "data" };
      yield { offset: chunk + 5, length: 10 * chunk, kind: "hole" };
      yield { offset: 11 * chunk + 5, length: 9 * chunk, kind: "zero" };
      yield { offset: 20 * chunk + 5, length: bytes.length - 20 * chunk - 5, kind: "data" };
    },
  };
  assert.deepEqual(await scan(source, 1000), expected);
  assert.deepEqual(reads, [0, 1, 20, 21, 22, 23, 24, 25]);
});

test("a source that fails ends the scan with its own words", async () => {
  const source = {
    lengthBytes: 3 * chunk,
    read: async (at: number) => (at === 0 ? new Uint8Array(chunk) : Promise.reject(new Error("the medium is away"))),
  };
  await assert.rejects(scan(source, 10), /the medium is away/);
});
