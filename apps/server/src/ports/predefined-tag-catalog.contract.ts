import assert from "node:assert/strict";
import { test } from "node:test";
import type { DomainId } from "./ids.ts";
import type { PredefinedTagCatalog } from "./predefined-tag-catalog.ts";

const mine = "d-mine" as DomainId;
const theirs = "d-theirs" as DomainId;

/** What every catalog of predefined tags must do. `open` answers an empty one. */
export function predefinedTagCatalogContract(open: () => Promise<PredefinedTagCatalog>): void {
  test("a predefined tag is there once, as old as its last writing", async () => {
    const catalog = await open();
    await catalog.put({ domainId: mine, key: "k", value: "v", updatedAt: 1 });
    await catalog.put({ domainId: mine, key: "k", value: "v", updatedAt: 2 });
    assert.deepEqual(await catalog.list(mine), [{ domainId: mine, key: "k", value: "v", updatedAt: 2 }]);
  });

  test("one key may have several values, also none; a list is by key and value", async () => {
    const catalog = await open();
    for (const [key, value] of [
      ["k", "v"],
      ["a", "z"],
      ["k", ""],
    ] as const) {
      await catalog.put({ domainId: mine, key, value, updatedAt: 1 });
    }
    assert.deepEqual(
      (await catalog.list(mine)).map(({ key, value }) => `${key}=${value}`),
      ["a=z", "k=", "k=v"],
    );
  });

  test("what is removed is gone from its domain only, and a second removal removes nothing", async () => {
    const catalog = await open();
    await catalog.put({ domainId: mine, key: "k", value: "v", updatedAt: 1 });
    await catalog.put({ domainId: theirs, key: "k", value: "v", updatedAt: 1 });
    assert.equal(await catalog.remove(mine, { key: "k", value: "other" }), false);
    assert.equal(await catalog.remove(mine, { key: "k", value: "v" }), true);
    assert.equal(await catalog.remove(mine, { key: "k", value: "v" }), false);
    assert.deepEqual(await catalog.list(mine), []);
    assert.equal((await catalog.list(theirs)).length, 1);
  });
}
