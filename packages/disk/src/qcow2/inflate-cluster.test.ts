import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, zstdCompressSync } from "node:zlib";
import { inflateCluster } from "./inflate-cluster.ts";

const SIZE = 65_536;
const content = Buffer.from(Array.from({ length: SIZE }, (_, index) => (index >> 3) * 7));
const zlib = { compression: "zlib", clusterSize: SIZE } as const;
const zstd = { compression: "zstd", clusterSize: SIZE } as const;
const behind = Buffer.alloc(300, 0x55);

test("deflate of every window size inflates, with other bytes behind it", async () => {
  for (const windowBits of [9, 12, 15]) {
    const bytes = Buffer.concat([deflateRawSync(content, { windowBits }), behind]);
    assert.ok(content.equals(await inflateCluster(bytes, zlib)), `window ${windowBits}`);
  }
});

test("zstd frames inflate with another cluster right behind them", async () => {
  const frame = zstdCompressSync(content);
  assert.ok(content.equals(await inflateCluster(Buffer.concat([frame, frame]), zstd)));
  const halves = [content.subarray(0, 30_000), content.subarray(30_000)].map((half) => zstdCompressSync(half));
  assert.ok(content.equals(await inflateCluster(Buffer.concat([...halves, behind]), zstd)));
});

test("less than a cluster is refused", async () => {
  const short = content.subarray(1);
  await assert.rejects(inflateCluster(deflateRawSync(short), zlib), { code: "disk.corrupt", message: /decompresses to 65535 bytes/ });
  await assert.rejects(inflateCluster(zstdCompressSync(short), zstd), { code: "disk.corrupt", message: /decompresses to 65535 bytes/ });
  await assert.rejects(inflateCluster(deflateRawSync(content).subarray(0, 50), zlib), { code: "disk.corrupt" });
});

test("CVE-2013-4463, CVE-2013-4469: a bomb is refused without being inflated", async () => {
  const bomb = Buffer.alloc(64 * 1024 * 1024);
  await assert.rejects(inflateCluster(deflateRawSync(bomb), zlib), { code: "disk.corrupt", message: /more than the 65536 bytes/ });
  await assert.rejects(inflateCluster(zstdCompressSync(bomb), zstd), { code: "disk.corrupt", message: /more than the 65536 bytes/ });
});

test("a zstd bomb that hides its size is refused too", async () => {
  const params = { [constants.ZSTD_c_contentSizeFlag]: 0 };
  await assert.rejects(inflateCluster(zstdCompressSync(Buffer.alloc(SIZE + 1), { params }), zstd), {
    code: "disk.corrupt",
    message: /more than/,
  });
});

test("a zstd window over 8 MiB and frames without end are refused", async () => {
  const wide = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x70, 1, 0, 0]);
  await assert.rejects(inflateCluster(wide, zstd), { code: "disk.limit", message: /window of 16777216 bytes/ });
  const empty = zstdCompressSync(Buffer.alloc(0));
  await assert.rejects(inflateCluster(Buffer.concat(Array.from({ length: 100 }, () => empty)), zstd), {
    code: "disk.limit",
    message: /64 zstd frames/,
  });
});

test("what does not decompress is refused, with the decoder's reason as the cause", async () => {
  await assert.rejects(inflateCluster(Buffer.alloc(100, 0xff), zlib), (error: Error) => {
    assert.match(error.message, /does not decompress/);
    return error.cause instanceof Error;
  });
});
