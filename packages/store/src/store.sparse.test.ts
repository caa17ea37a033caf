import assert from "node:assert/strict";
import { it } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { temporaryFolder } from "../test/temporary-folder.ts";
import { watchedBackend } from "../test/watched-backend.ts";
import { memoryBackend } from "./backend/memory/memory-backend.ts";
import { openChunkStore } from "./open-chunk-store.ts";

const lengthBytes = 2 ** 41;
const [a, b] = [blobIdOf("a"), blobIdOf("b")];

it("opens a blob of 2 TiB by reading less than 100 KiB, reads 4 KiB of it by one list and one chunk, and copies it by writing as little", async () => {
  await using folder = await temporaryFolder();
  const files = new Map<string, Uint8Array>();
  let bytesRead = 0;
  const steps = { afterRead: (_: string, bytes: number) => void (bytesRead += bytes) };
  await using store = await openChunkStore(watchedBackend(memoryBackend(files), steps), folder.path, { workers: 1 });
  await using writer = await store.create(a);
  const offsets = [0, 2 ** 30 + 5, 2 ** 40, lengthBytes - 4096];
  for (const offset of offsets) {
    await writer.write(offset, filler(`at ${offset}`, 4096));
  }
  const { addedBytes } = await writer.commit({ lengthBytes });
  assert.ok(addedBytes < 100_000, `${addedBytes} bytes in packs`);

  bytesRead = 0;
  await using blob = await store.open(a);
  assert.equal(blob.lengthBytes, lengthBytes);
  assert.ok(bytesRead < 100 * 1024, `${bytesRead} bytes read to open`);
  for (const offset of offsets) {
    bytesRead = 0;
    assert.deepEqual(Buffer.from(await blob.read(offset, 4096)), filler(`at ${offset}`, 4096));
    assert.ok(bytesRead < 2 * 16 * 1024, `${bytesRead} bytes read at ${offset}`);
  }
  let data = 0;
  for await (const { kind, length } of blob.extents()) {
    data += kind === "data" ? length : 0;
  }
  assert.equal(data, offsets.length * 524_288);

  const before = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  await store.copy(a, b);
  const added = [...files.values()].reduce((sum, { length }) => sum + length, 0) - before;
  assert.ok(added < 40_000, `${added} bytes written to copy`);
});
