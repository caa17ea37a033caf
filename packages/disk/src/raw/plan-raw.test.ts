import assert from "node:assert/strict";
import { test } from "node:test";
import { collectFile } from "../core/testing/collect-file.ts";
import { TestDisk } from "../core/testing/test-disk.ts";
import { PIECE_BYTES } from "../pipeline/pace.ts";
import { planRaw } from "./plan-raw.ts";

const MIB = 1_048_576;

test("a raw file is as long as the disk and holds its data, and nothing else is read", async () => {
  const disk = new TestDisk(9 * MIB + 512, [
    { offset: 512, length: 5 * MIB, content: "noise" },
    { offset: 6 * MIB, length: MIB, content: "zeros", kind: "zero" },
    { offset: 9 * MIB, length: 512, content: "text" },
  ]);
  const plan = await planRaw(disk);
  const pieces: [number, number][] = [];
  for await (const { offset, bytes } of plan.pieces()) {
    pieces.push([offset, bytes.length]);
  }
  assert.deepEqual(pieces, [
    [512, PIECE_BYTES - 512],
    [PIECE_BYTES, PIECE_BYTES],
    [2 * PIECE_BYTES, 5 * MIB + 512 - 2 * PIECE_BYTES],
    [9 * MIB, 512],
  ]);
  assert.equal(plan.totalBytes, disk.virtualSizeBytes);
  assert.ok((await collectFile(plan)).equals(await disk.read(0, disk.virtualSizeBytes)));
});

test("progress counts data only", async () => {
  const disk = new TestDisk(2 ** 40, [{ offset: MIB, length: 3 * MIB, content: "text" }]);
  const reports: unknown[] = [];
  for await (const piece of (await planRaw(disk)).pieces({ onProgress: (progress) => reports.push(progress) })) {
    piece.release?.();
  }
  assert.deepEqual(reports, [
    { doneBytes: PIECE_BYTES - MIB, totalBytes: 3 * MIB },
    { doneBytes: 2 * PIECE_BYTES - MIB, totalBytes: 3 * MIB },
    { doneBytes: 3 * MIB, totalBytes: 3 * MIB },
  ]);
});

test("memory that was released is filled anew, memory that was not stays as it is", async () => {
  const disk = new TestDisk(40 * MIB, [{ offset: 0, length: 40 * MIB, content: "noise" }]);
  const kept: { offset: number; bytes: Uint8Array }[] = [];
  for await (const piece of (await planRaw(disk)).pieces()) {
    kept.push(piece);
  }
  assert.equal(new Set(kept.map(({ bytes }) => bytes.buffer)).size, kept.length);
  const released = new Set<ArrayBufferLike>();
  for await (const { bytes, release } of (await planRaw(disk)).pieces()) {
    released.add(bytes.buffer);
    release?.();
  }
  assert.ok(released.size <= 7, `${released.size} buffers`);
  for (const { offset, bytes } of kept) {
    assert.deepEqual(bytes, await disk.read(offset, bytes.length));
  }
});

test("an aborted plan stops with the signal's reason", async () => {
  const disk = new TestDisk(40 * MIB, [{ offset: 0, length: 40 * MIB, content: "noise" }]);
  const abort = new AbortController();
  const plan = await planRaw(disk);
  await assert.rejects(collectFile(plan, { signal: abort.signal, onProgress: () => abort.abort(new Error("enough")) }), /enough/);
  assert.equal(disk.readsUnderWay, 0);
});
