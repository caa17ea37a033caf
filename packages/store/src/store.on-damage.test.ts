import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { blobIdOf, filler } from "../test/filler.ts";
import { writeBlob } from "../test/read-back.ts";
import { filesUnder, temporaryFolder } from "../test/temporary-folder.ts";
import { openLocalStore } from "./open-local-store.ts";
import { packHeaderBytes } from "./pack/pack-format.ts";
import type { DamagedBlob } from "./store-parts.ts";
import type { ChunkStore } from "./store.ts";

const chunk = 4096;
const id = blobIdOf("blob");

interface Damaging {
  readonly store: ChunkStore;
  readonly told: DamagedBlob[];
  /** Path of the file in the store whose name ends so, and its name there. */
  fileOf(suffix: string): Promise<{ path: string; name: string }>;
}

async function withOneBlob(work: (world: Damaging) => Promise<void>): Promise<void> {
  await using folder = await temporaryFolder();
  const told: DamagedBlob[] = [];
  const onDamage = (damage: DamagedBlob): void => void told.push(damage);
  await using store = await openLocalStore(folder.path, { chunkSizeBytes: chunk, workers: 1, cacheBytes: 0, onDamage });
  await writeBlob(store, id, filler("a", 3 * chunk));
  const fileOf = async (suffix: string): Promise<{ path: string; name: string }> => {
    const name = (await filesUnder(folder.path)).find((file) => file.endsWith(suffix)) ?? "";
    return { path: join(folder.path, name), name };
  };
  await work({ store, told, fileOf });
}

async function flip(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset] = (bytes[offset] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

test("a read that meets a damaged chunk is told with its blob and the place that a verification names", async () =>
  withOneBlob(async ({ store, told, fileOf }) => {
    await flip((await fileOf(".pack")).path, packHeaderBytes);
    await using blob = await store.open(id);
    await assert.rejects(blob.read(0, 10), { code: "store.damaged" });
    await assert.rejects(Array.fromAsync(blob.pieces?.({ start: 0, end: 2 * chunk }) ?? []), { code: "store.damaged" });
    await assert.rejects(Array.fromAsync(blob.frames?.() ?? []), { code: "store.damaged" });
    assert.ok((await blob.read(chunk, chunk)).length === chunk);
    const [finding] = await Array.fromAsync(store.verify({ read: true }));
    assert.deepEqual(
      told.map(({ blobId, error: { place } }) => ({ blobId, ...place })),
      Array.from({ length: 3 }, () => ({ blobId: id, file: finding?.file, chunk: finding?.chunk, offset: finding?.offset })),
    );
  }));

test("a pack that is missing is told by its name alone, as a verification does", async () =>
  withOneBlob(async ({ store, told, fileOf }) => {
    const pack = await fileOf(".pack");
    await using blob = await store.open(id);
    await blob.read(0, 10);
    await rm(pack.path);
    await assert.rejects(blob.read(chunk, 10), { code: "store.damaged" });
    assert.deepEqual(
      told.map(({ error }) => error.place),
      [{ file: pack.name }],
    );
  }));

test("a damaged manifest is told when its blob is opened; what is no damage is not", async () =>
  withOneBlob(async ({ store, told, fileOf }) => {
    await assert.rejects(store.open(blobIdOf("none")), { code: "store.notFound" });
    assert.deepEqual(told, []);
    const manifest = await fileOf(".manifest");
    await flip(manifest.path, 20);
    await assert.rejects(store.open(id), { code: "store.damaged" });
    assert.deepEqual(
      told.map(({ blobId, record, error: { place } }) => ({ blobId, record, place })),
      [{ blobId: id, record: undefined, place: { file: manifest.name } }],
    );
  }));
