import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { planExport } from "./plan-export.ts";

const content = Buffer.alloc(700 * 1024, "easy to compress ");
const blobId = "a".repeat(32) as BlobId;

test("content that is sealed by the store's own key has no frames to give: a fast export compresses it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-plan-export-"));
  try {
    const storeKey = { id: "1".repeat(32), secret: randomBytes(32), wrapped: Buffer.from("wrapped") };
    await using store = await openLocalStore(folder, { workers: 1, storeKey });
    await using writer = await store.create(blobId);
    await writer.write(0, content);
    await writer.commit({ lengthBytes: content.length });
    await using planned = await planExport(store, { blobId, format: "zvhd2", keepsFrames: true }, new AbortController().signal);
    const file = Buffer.concat(await Array.fromAsync(planned.plan.pieces(), ({ bytes }) => Buffer.from(bytes)));
    await using disk = await openDisk(new MemorySource(file), { declaredFormat: "zvhd2" });
    assert.ok(content.equals(await disk.read(0, content.length)));
  } finally {
    await rm(folder, { recursive: true });
  }
});
