import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { blobIdOf, filler } from "../../../../../packages/store/test/filler.ts";
import { keyOf, unwrap } from "../../../../../packages/store/test/keys.ts";
import { readBlob, writeBlob } from "../../../../../packages/store/test/read-back.ts";
import { SeveralStores, chunkBytes } from "./testing/several-stores.ts";

const [a, b] = [blobIdOf("a"), blobIdOf("b")];
const content = Buffer.concat([Buffer.alloc(3 * chunkBytes), filler("data", 20 * chunkBytes + 9), Buffer.alloc(100 * chunkBytes)]);
const run = { signal: new AbortController().signal, onProgress: () => {} };

/** Names of the packs and manifests of a store. */
function kept(world: SeveralStores, name: "first" | "second" | "third"): readonly string[] {
  return [...world.files[name].keys()].filter((file) => /^(packs|manifests)/.test(file));
}

async function writeWithRecord(world: SeveralStores, id: BlobId, record: Readonly<Record<string, unknown>>): Promise<void> {
  await using writer = await world.store.create(id);
  await writer.write(0, content);
  await writer.commit({ lengthBytes: content.length, record });
}

test("a replicated blob has the same content, length and record in the other store, zeros left out", async () => {
  await using world = await SeveralStores.open();
  await writeWithRecord(world, a, { name: "磁盘" });
  const told: number[] = [];
  let totalBytes = 0;
  const onProgress = (progress: { doneBytes: number; totalBytes: number }): void => {
    told.push(progress.doneBytes);
    totalBytes = progress.totalBytes;
  };
  await world.stores.replicate(a, "third", { ...run, onProgress });
  assert.deepEqual(await readBlob(world.one.third, a), content);
  await using copy = await world.one.third.open(a);
  assert.deepEqual(copy.record, { name: "磁盘" });
  assert.deepEqual(await world.stores.holding(a), ["second", "third"]);
  assert.ok(totalBytes < 2 * 22 * chunkBytes, "what is counted is data, once when copied and once when proven");
  assert.equal(told.at(-1), totalBytes);
  assert.deepEqual(
    told,
    told.toSorted((one, other) => one - other),
  );
});

test("chunks of another size, and an empty blob, are no obstacle", async () => {
  await using world = await SeveralStores.open({ chunkSizes: { third: 4 * chunkBytes } });
  await writeWithRecord(world, a, {});
  await writeBlob(world.store, b, Buffer.alloc(0));
  await world.stores.replicate(a, "third", run);
  await world.stores.replicate(b, "third", run);
  assert.deepEqual(await readBlob(world.one.third, a), content);
  assert.equal((await readBlob(world.one.third, b)).length, 0);
});

test("a sealed blob keeps its key, and the form in which that was wrapped", async () => {
  await using world = await SeveralStores.open({ unwrapKey: unwrap });
  const key = keyOf("of an image");
  await writeBlob(world.store, a, content, key);
  await world.stores.replicate(a, "first", run);
  await using copy = await world.one.first.open(a);
  assert.equal(copy.keyId, key.id);
  assert.deepEqual(Buffer.from(copy.wrappedKey ?? []), Buffer.from(key.wrapped));
  assert.deepEqual(await readBlob(world.one.first, a), content);
  const plain = content.subarray(3 * chunkBytes, 3 * chunkBytes + 64);
  assert.ok(
    [...world.files.first.values()].every((bytes) => !Buffer.from(bytes).includes(plain)),
    "nothing of it lies there unsealed",
  );
});

test("a blob that is there already is left alone", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.store, a, content);
  await world.stores.replicate(a, "second", run);
  await world.stores.replicate(a, "third", run);
  const before = kept(world, "third");
  await Promise.all([world.stores.replicate(a, "third", run), world.stores.replicate(a, "third", run)]);
  assert.deepEqual(kept(world, "third"), before);
});

test("an unknown store and an unknown blob are refused", async () => {
  await using world = await SeveralStores.open();
  await assert.rejects(world.stores.replicate(a, "third", run), { code: "store.notFound" });
  await writeBlob(world.store, a, content);
  await assert.rejects(world.stores.replicate(a, "nowhere", run), RangeError);
});

test("what is called off shows nothing and leaves nothing, while it copies and while it proves", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.store, a, content);
  for (const share of [0.1, 0.8]) {
    const cancel = new AbortController();
    const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }): void => {
      if (doneBytes > share * totalBytes) {
        cancel.abort(new Error("called off"));
      }
    };
    await assert.rejects(world.stores.replicate(a, "third", { signal: cancel.signal, onProgress }), /called off/);
    assert.equal(await world.one.third.has(a), false);
    await world.one.third.collect({ graceMs: 0, now: 0 });
    assert.deepEqual(kept(world, "third"), []);
  }
});

test("nothing is visible before all of it is there", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.store, a, content);
  const seen: boolean[] = [];
  const asked: Promise<void>[] = [];
  const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }): void => {
    if (2 * doneBytes < totalBytes) {
      asked.push(world.one.third.has(a).then((has) => void seen.push(has)));
    }
  };
  await world.stores.replicate(a, "third", { ...run, onProgress });
  await Promise.all(asked);
  assert.ok(!seen.includes(true));
});

test("a copy that does not read is taken back: a chunk that the store had already may be damaged", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.third, b, content);
  for (const [file, bytes] of world.files.third) {
    if (file.startsWith("packs/")) {
      world.files.third.set(
        file,
        bytes.map((byte, index) => (index === 5000 ? byte ^ 1 : byte)),
      );
    }
  }
  await writeBlob(world.store, a, content);
  await assert.rejects(world.stores.replicate(a, "third", run), { code: "store.damaged" });
  assert.deepEqual(await world.stores.holding(a), ["second"]);
  // The damage is known now, so the chunk is stored again.
  await world.stores.replicate(a, "third", run);
  assert.deepEqual(await readBlob(world.one.third, a), content);
});

test("a source that fails is left for another one", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.first, a, content);
  await writeBlob(world.one.second, a, content);
  world.fail("first", (operation, file) => operation === "read" && file.startsWith("packs/"));
  await world.stores.replicate(a, "third", run);
  assert.deepEqual(await readBlob(world.one.third, a), content);
});

test("a target that fails has nothing of it", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.store, a, content);
  world.fail("third", (operation) => operation === "put");
  await assert.rejects(world.stores.replicate(a, "third", run), { code: "store.io" });
  world.mend();
  assert.deepEqual(await world.holders(a), ["second"]);
  assert.deepEqual(kept(world, "third"), []);
});

test("a blob that is removed meanwhile is in no store afterwards", async () => {
  await using world = await SeveralStores.open();
  for (const share of [0, 0.3, 0.7]) {
    await writeBlob(world.store, a, content);
    let removing: Promise<void> | undefined;
    const onProgress = ({ doneBytes, totalBytes }: { doneBytes: number; totalBytes: number }): void => {
      if (doneBytes >= share * totalBytes) {
        removing ??= world.store.remove(a);
      }
    };
    await assert.rejects(world.stores.replicate(a, "third", { ...run, onProgress }), { code: "store.notFound" });
    await removing;
    assert.deepEqual(await world.holders(a), []);
  }
  await writeBlob(world.store, a, content);
  const replicating = world.stores.replicate(a, "third", run).catch(() => {});
  await world.store.remove(a);
  await replicating;
  assert.deepEqual(await world.holders(a), []);
});
