import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { compressibleFiller, filler } from "../../test/filler.ts";
import { chunkCodecs, compressChunk, digestOf, expandChunk, freeNow } from "./chunk-codec.ts";

describe("the chunk codec", () => {
  it("names chunks by SHA-256", () => {
    assert.equal(digestOf(Buffer.from("abc")).toString("hex"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  it("brings back what it compressed, in memory that can be handed to another thread", () => {
    for (const length of [100, 4096, 30_000, 65_536, 524_288]) {
      const raw = compressibleFiller("text", length);
      const stored = compressChunk(raw);
      assert.ok(stored !== undefined && stored.length < length * 0.97);
      const expanded = expandChunk(stored, chunkCodecs.zstd, length);
      assert.ok(raw.equals(expanded));
      structuredClone(expanded, { transfer: [expanded.buffer] });
    }
  });

  it("leaves chunks alone that do not shrink by 3 %", () => {
    for (const length of [1, 20, 4096, 524_288]) {
      assert.equal(compressChunk(filler("noise", length)), undefined);
    }
  });

  it("copies chunks that are stored as they are", () => {
    const stored = filler("noise", 100);
    const expanded = expandChunk(stored, chunkCodecs.stored, 100);
    assert.ok(stored.equals(expanded));
    assert.notEqual(expanded.buffer, stored.buffer);
  });

  it("never expands beyond the length that it was told", () => {
    const bomb = zstdCompressSync(Buffer.alloc(50_000_000));
    assert.throws(() => expandChunk(bomb, chunkCodecs.zstd, 4096));
  });

  it("frees memory of its own and leaves Node's shared pool alone", () => {
    const own = new Uint8Array(100_000);
    freeNow(own);
    assert.equal(own.buffer.byteLength, 0);
    const pooled = Buffer.from("short");
    freeNow(pooled);
    assert.equal(pooled.toString(), "short");
  });
});
