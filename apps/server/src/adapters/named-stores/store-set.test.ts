import assert from "node:assert/strict";
import { mkdtempDisposable, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { test } from "node:test";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { describeBlobStore } from "@tintype/store/blob-store.contract.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { Log } from "../../ports/log.ts";
import type { NamedStore } from "../../ports/named-stores.ts";
import { MemoryBlobStore } from "../../testing/memory-blob-store.ts";
import { storeSet } from "./store-set.ts";

const log: Log = { info() {}, warn() {}, error() {} };
const deps = { log, clock: { now: () => 0 } };
const chunkSizeBytes = 4096;
const ownFiles = /(^|\/)(index\.sqlite|lock)/;

function named(name: string, fields: Partial<NamedStore> = {}): NamedStore {
  return { name, description: "", isDefault: false, weight: 0, type: "file", place: "", blobs: new MemoryBlobStore(), ...fields };
}

/** The set of some stores in folders; the default one is the last. */
async function openSet(folder: string, names: readonly string[]): Promise<BlobStore> {
  const options = { chunkSizeBytes, packBytes: 10 * chunkSizeBytes, workers: 1, cacheBytes: 4 * chunkSizeBytes };
  const stores = names.map(async (name, index) =>
    named(name, { isDefault: index === names.length - 1, blobs: await openLocalStore(join(folder, name), options) }),
  );
  return storeSet(await Promise.all(stores), deps).store;
}

for (const names of [["only"], ["archive", "fast", "main"]]) {
  describeBlobStore(`a set of ${names.length}`, chunkSizeBytes, async () => {
    const folder = await mkdtempDisposable(join(tmpdir(), "tintype-set-"));
    return {
      open: () => openSet(folder.path, names),
      contents: async () => {
        const entries = await readdir(folder.path, { recursive: true, withFileTypes: true });
        const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder.path, join(entry.parentPath, entry.name)));
        return files.filter((file) => !ownFiles.test(file)).toSorted();
      },
      [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
    };
  });
}

test("a set of one is that store itself", () => {
  const one = named("main", { isDefault: true });
  assert.equal(storeSet([one], deps).store, one.blobs);
});

test("stores are in the order of their weights, then of their names", () => {
  const stores = [named("b"), named("a"), named("Z"), named("heavy", { weight: 9, isDefault: true }), named("light", { weight: -1 })];
  const set = storeSet(stores, deps).stores;
  assert.deepEqual(
    set.all.map(({ name }) => name),
    ["heavy", "Z", "a", "b", "light"],
  );
  assert.equal(set.find("a"), stores[1]);
  assert.equal(set.find("nobody"), undefined);
});

test("stores of one name, no default store and two of them are refused", () => {
  const isDefault = true;
  assert.throws(() => storeSet([named("a", { isDefault }), named("a")], deps), /exactly one/);
  assert.throws(() => storeSet([named("a"), named("b")], deps), /exactly one/);
  assert.throws(() => storeSet([named("a", { isDefault }), named("b", { isDefault })], deps), /exactly one/);
});
