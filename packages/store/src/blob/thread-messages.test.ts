import assert from "node:assert/strict";
import { it, mock } from "node:test";
import { blobIdOf, compressibleFiller } from "../../test/filler.ts";
import { keyOf, unwrap } from "../../test/keys.ts";
import { readBlob, writeBlob } from "../../test/read-back.ts";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { memoryBackend } from "../backend/memory/memory-backend.ts";
import { openChunkStore } from "../open-chunk-store.ts";

const chunk = 4096;

/** Bytes that a message to a thread copies: a view takes all the memory along that it is a view of. What moves is not copied. */
function copiedBytes(value: unknown, moved: readonly unknown[]): number {
  if (ArrayBuffer.isView(value)) {
    return moved.includes(value.buffer) ? 0 : value.buffer.byteLength;
  }
  const isMemory = value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
  return typeof value === "object" && value !== null && !isMemory
    ? Object.values(value).reduce((sum: number, inner: unknown) => sum + copiedBytes(inner, moved), 0)
    : 0;
}

it("copies no more to a thread than names and keys, whatever these are cut out of", async () => {
  await using folder = await temporaryFolder();
  await using store = await openChunkStore(memoryBackend(), folder.path, {
    chunkSizeBytes: chunk,
    workers: 1,
    cacheBytes: 0,
    unwrapKey: unwrap,
  });
  const run = mock.method(store.parts.workers, "run");
  const [plain, sealed] = [blobIdOf("plain"), blobIdOf("sealed")];
  await writeBlob(store, plain, compressibleFiller("content", 300 * chunk));
  await writeBlob(store, sealed, compressibleFiller("content", 300 * chunk), keyOf("key"));
  await readBlob(store, plain);
  await readBlob(store, sealed);
  assert.deepEqual(await Array.fromAsync(store.verify({ read: true })), []);
  await using blob = await store.open(plain);
  await Array.fromAsync(blob.frames?.() ?? []);
  const seen = new Set<string>();
  for (const {
    arguments: [kind, input, moved = []],
  } of run.mock.calls) {
    const names = kind === "prove" && "chunks" in input ? input.chunks.length : 1;
    assert.ok(copiedBytes(input, moved) <= 64 * names, `${kind} copies ${copiedBytes(input, moved)} bytes`);
    seen.add(kind);
  }
  assert.deepEqual(seen, new Set(["name", "pack", "unpack", "prove"]));
});
