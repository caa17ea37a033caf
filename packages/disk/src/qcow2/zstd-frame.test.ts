import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, zstdCompressSync } from "node:zlib";
import * as fc from "fast-check";
import { isDiskError } from "../core/disk-error.ts";
import { readZstdFrame } from "./zstd-frame.ts";

const checksummed = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };

test("a frame ends where the compressor stopped, whatever follows", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3000 }), fc.uint8Array({ maxLength: 20 }), fc.boolean(), (content, behind, hasChecksum) => {
      const frame = zstdCompressSync(content, hasChecksum ? checksummed : {});
      const { end, contentBytes } = readZstdFrame(Buffer.concat([frame, behind]), 0);
      assert.equal(end, frame.length);
      assert.equal(contentBytes, content.length);
    }),
  );
});

test("a frame of many blocks, of repeated bytes and of random ones, ends where it should", () => {
  for (const content of [Buffer.alloc(1_000_000, 1), Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) >> 3))]) {
    const frame = zstdCompressSync(content, checksummed);
    assert.deepEqual(readZstdFrame(Buffer.concat([Buffer.alloc(7), frame, frame]), 7), {
      end: 7 + frame.length,
      windowBytes: readZstdFrame(frame, 0).windowBytes,
      contentBytes: content.length,
    });
  }
});

test("the window and sizes of every width are read from the header", () => {
  const lastEmptyBlock = [1, 0, 0];
  const frame = (...header: number[]): Uint8Array => Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, ...header, ...lastEmptyBlock]);
  assert.deepEqual(readZstdFrame(frame(0x00, 0x08), 0), { end: 9, windowBytes: 2048, contentBytes: undefined });
  assert.deepEqual(readZstdFrame(frame(0x00, 0x0f), 0), { end: 9, windowBytes: 3840, contentBytes: undefined });
  assert.deepEqual(readZstdFrame(frame(0x20, 9), 0), { end: 9, windowBytes: 9, contentBytes: 9 });
  assert.deepEqual(readZstdFrame(frame(0x61, 0xaa, 1, 1), 0), { end: 11, windowBytes: 513, contentBytes: 513 });
  assert.deepEqual(readZstdFrame(frame(0xa3, 1, 2, 3, 4, 0, 0, 1, 0), 0), { end: 16, windowBytes: 65_536, contentBytes: 65_536 });
  assert.equal(readZstdFrame(frame(0xe0, 0, 0, 0, 0, 1, 0, 0, 0), 0).contentBytes, 2 ** 32);
});

test("a skippable frame is stepped over", () => {
  assert.deepEqual(readZstdFrame(Uint8Array.from([0x53, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9, 7]), 0), {
    end: 10,
    windowBytes: 0,
    contentBytes: 0,
  });
});

test("what is no frame, or a part of one, is refused with our own error", () => {
  const frame = zstdCompressSync(Buffer.from("some content that is compressed"), checksummed);
  for (let length = 0; length < frame.length; length += 1) {
    assert.throws(() => readZstdFrame(frame.subarray(0, length), 0), { code: "disk.corrupt" }, `${length} bytes`);
  }
  assert.throws(() => readZstdFrame(Buffer.from("no frame at all"), 0), { code: "disk.corrupt", message: /no zstd frame at byte 0/ });
  assert.throws(() => readZstdFrame(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0, 7, 0, 0]), 0), {
    code: "disk.corrupt",
    message: /not valid/,
  });
});

test("any bytes behind the magic number give a frame inside them or our own error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const input = Buffer.concat([Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd]), bytes]);
      try {
        const { end } = readZstdFrame(input, 0);
        assert.ok(end > 4 && end <= input.length);
      } catch (error) {
        assert.ok(isDiskError(error), String(error));
      }
    }),
    { numRuns: 500 },
  );
});
