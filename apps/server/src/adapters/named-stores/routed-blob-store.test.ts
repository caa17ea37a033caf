import assert from "node:assert/strict";
import { test } from "node:test";
import { StoreError } from "@tintype/store/store-error.ts";
import { blobIdOf, filler } from "../../../../../packages/store/test/filler.ts";
import { readBlob, writeBlob } from "../../../../../packages/store/test/read-back.ts";
import { keyOf } from "../../../../../packages/store/test/keys.ts";
import { SeveralStores } from "./testing/several-stores.ts";

const [a, b] = [blobIdOf("a"), blobIdOf("b")];
const content = filler("content", 50_000);

test("new blobs go to the default store, and are found wherever they are", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.store, a, content);
  assert.deepEqual(await world.holders(a), ["second"]);
  await writeBlob(world.one.third, b, content);
  assert.deepEqual(await readBlob(world.store, b), content);
  assert.deepEqual(await world.stores.holding(b), ["third"]);
  assert.equal(await world.store.has(b), true);
  assert.deepEqual((await Array.fromAsync(world.store.list())).toSorted(), [a, b].toSorted());
});

test("a blob that lies in several stores is listed once, and read from the preferred one", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.third, a, content);
  await writeBlob(world.one.first, a, content);
  assert.deepEqual(await Array.fromAsync(world.store.list()), [a]);
  assert.deepEqual(await world.stores.holding(a), ["first", "third"]);
  world.fail("third");
  assert.deepEqual(await readBlob(world.store, a), content);
  assert.deepEqual(world.passedOver, []);
});

test("a name that any store has is refused, and nothing is written", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.third, a, content);
  await writeBlob(world.store, b, content);
  await assert.rejects(world.store.create(a), { code: "store.exists" });
  await assert.rejects(world.store.copy(b, a), { code: "store.exists" });
  assert.deepEqual(await world.holders(a), ["third"]);
});

test("a store that cannot be asked does not keep others from being written to", async () => {
  await using world = await SeveralStores.open();
  world.fail("third");
  await writeBlob(world.store, a, content);
  assert.deepEqual(world.passedOver, ["third"]);
  world.mend();
  assert.deepEqual(await world.holders(a), ["second"]);
});

test("a store that fails hides no copy in another one: blobs are opened there, and the operator is told", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.first, a, content);
  await writeBlob(world.one.second, a, content);
  world.fail("first");
  assert.deepEqual(await readBlob(world.store, a), content);
  assert.equal(await world.store.has(a), true);
  assert.deepEqual(await world.stores.holding(a), ["second"]);
  assert.deepEqual(world.passedOver, ["first"]);
});

test("a blob is said to be missing only when every store could be asked", async () => {
  await using world = await SeveralStores.open();
  await assert.rejects(world.store.open(a), { code: "store.notFound" });
  world.fail("first");
  await assert.rejects(world.store.open(a), { code: "store.io" });
  await assert.rejects(world.store.has(a), { code: "store.io" });
  await assert.rejects(world.stores.holding(a), { code: "store.io" });
  await assert.rejects(world.store.copy(a, b), { code: "store.io" });
  world.mend();
  await assert.rejects(world.store.copy(a, b), { code: "store.notFound" });
});

test("a damaged manifest is passed over as well", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.first, a, content);
  await writeBlob(world.one.third, a, content);
  const [name = "", manifest = new Uint8Array()] = [...world.files.first].find(([file]) => file.includes(a)) ?? [];
  world.files.first.set(
    name,
    manifest.map((byte, index) => (index === 40 ? byte ^ 1 : byte)),
  );
  assert.deepEqual(await readBlob(world.store, a), content);
  assert.deepEqual(world.passedOver, ["first"]);
});

test("a key that may not be used is no failure of a store: it is told at once", async () => {
  const refusal = new Error("this key is disabled");
  await using world = await SeveralStores.open({ unwrapKey: () => Promise.reject(refusal) });
  await writeBlob(world.one.first, a, content, keyOf("k"));
  await writeBlob(world.one.second, a, content, keyOf("k"));
  await assert.rejects(world.store.open(a), refusal);
  assert.deepEqual(world.passedOver, []);
});

test("a copy lies where its original lies, in the preferred store when that lies in several", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.third, a, content);
  await world.store.copy(a, b);
  assert.deepEqual(await world.holders(b), ["third"]);
  await writeBlob(world.one.first, a, content);
  const c = blobIdOf("c");
  await world.store.copy(a, c);
  assert.deepEqual(await world.holders(c), ["first"]);
});

test("a copy is made in the next store when the preferred one fails", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.first, a, content);
  await writeBlob(world.one.third, a, content);
  world.fail("first");
  await world.store.copy(a, b);
  world.mend();
  assert.deepEqual(await world.holders(b), ["third"]);
});

test("removing takes a blob out of all stores, also when one of them fails, which is told", async () => {
  await using world = await SeveralStores.open();
  for (const name of ["first", "second", "third"] as const) {
    await writeBlob(world.one[name], a, content);
  }
  world.fail("second", (operation) => operation === "remove");
  await assert.rejects(world.store.remove(a), StoreError);
  assert.deepEqual(await world.holders(a), ["second"]);
  world.mend();
  await assert.rejects(world.store.remove(a), /could not be reached a moment ago/);
  assert.deepEqual(await world.holders(a), ["second"]);
  world.nowMs += 30_000;
  await world.store.remove(a);
  assert.deepEqual(await world.holders(a), []);
});

test("a store that could not be reached is asked after the others for half a minute, and still asked when it alone may have the blob", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.first, a, content);
  await writeBlob(world.one.second, a, content);
  await writeBlob(world.one.first, b, content);
  let calls = 0;
  world.fail("first", () => (calls += 1) > 0);
  assert.deepEqual(await readBlob(world.store, a), content);
  assert.equal(calls, 1);
  assert.deepEqual(await readBlob(world.store, a), content);
  assert.equal(await world.store.has(a), true);
  await writeBlob(world.store, blobIdOf("new"), content);
  assert.equal(calls, 1);
  await assert.rejects(world.store.open(b), { code: "store.io" });
  await assert.rejects(world.store.has(b), { code: "store.io" });
  world.mend();
  assert.deepEqual(await readBlob(world.store, b), content);
  assert.deepEqual(await world.stores.holding(a), ["second"]);
  world.nowMs += 30_000;
  assert.deepEqual(await world.stores.holding(a), ["first", "second"]);
});

test("a blob that moves to a store that was asked already, out of one that was not asked yet, is found", async () => {
  await using world = await SeveralStores.open();
  await writeBlob(world.one.second, a, content);
  const { first, second } = world.one;
  const open = first.open.bind(first);
  let moves = true;
  Reflect.set(first, "open", async (id: typeof a) => {
    try {
      return await open(id);
    } finally {
      if (moves) {
        moves = false;
        await world.stores.replicate(id, "first", { signal: new AbortController().signal, onProgress() {} });
        await second.remove(id);
      }
    }
  });
  assert.deepEqual(await readBlob(world.store, a), content);
  await assert.rejects(world.store.open(b), { code: "store.notFound" });
});
