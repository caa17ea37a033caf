import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { deflateRawSync } from "node:zlib";
import { looksRandom } from "./looks-random.ts";

const length = 512 * 1024;
const text = Buffer.from(Array.from({ length: 40_000 }, (_, index) => `line ${(index * 2654435761) % 9973} of a log\n`).join(""));

/** Random bytes, of which every `of`-th stretch of 4 KiB is something else. */
function mixed(other: (at: number) => Uint8Array, of: number): Buffer {
  const bytes = randomBytes(length);
  for (let at = 0; at < length; at += 4096 * of) {
    bytes.set(other(at), at);
  }
  return bytes;
}

describe("whether content looks random", () => {
  it("is told of random bytes, and of none that text or zeros have a share of", () => {
    for (let run = 0; run < 100; run += 1) {
      assert.ok(looksRandom(randomBytes(length)));
      assert.ok(looksRandom(randomBytes(65_536)));
      assert.ok(!looksRandom(mixed((at) => text.subarray(at % 100_000, (at % 100_000) + 4096), 4)));
      assert.ok(!looksRandom(mixed(() => Buffer.alloc(4096), 16)));
    }
  });

  it("is not told of text, of base64, of 16-bit numbers, nor of zeros", () => {
    assert.ok(!looksRandom(text.subarray(0, length)));
    assert.ok(!looksRandom(Buffer.from(randomBytes(length).toString("base64"))));
    assert.ok(!looksRandom(Buffer.from(Uint16Array.from({ length: length / 2 }, (_, index) => index % 1000).buffer)));
    assert.ok(!looksRandom(Buffer.alloc(length)));
  });

  it("is told of most of what was compressed already", () => {
    const packed = Array.from({ length: 20 }, () => deflateRawSync(Buffer.from(randomBytes(length).toString("base64")), { level: 9 }));
    assert.ok(packed.filter((bytes) => looksRandom(bytes)).length >= 15);
  });

  it("is never told of what is short", () => {
    assert.ok(!looksRandom(randomBytes(65_535)));
    assert.ok(!looksRandom(Buffer.alloc(0)));
  });
});
