import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateError } from "./catalog.ts";
import type { ProjectId } from "./ids.ts";
import type { MetadefCatalog, MetadefItem, MetadefNamespacePage, MetadefNamespaceRecord } from "./metadef-catalog.ts";

const mine = "p-mine" as ProjectId;

function aNamespace(fields: Partial<MetadefNamespaceRecord> = {}): MetadefNamespaceRecord {
  return {
    id: "n-1",
    name: "one",
    displayName: "One",
    description: "d",
    visibility: "private",
    protected: true,
    owner: mine,
    createdAt: 1_000,
    updatedAt: 2_000,
    ...fields,
  };
}

function anItem(fields: Partial<MetadefItem> = {}): MetadefItem {
  return { kind: "property", name: "p", content: { title: "t", enum: [1, null] }, createdAt: 1_000, updatedAt: 2_000, ...fields };
}

const newestFirst: MetadefNamespacePage = { key: "createdAt", direction: "desc", after: undefined, limit: 10 };
const names = (found: readonly { readonly name: string }[]) => found.map(({ name }) => name);

/** What every catalog of definitions must do. `open` answers an empty one. */
export function metadefCatalogContract(open: () => Promise<MetadefCatalog>): void {
  test("a namespace comes back as it was inserted, and its name is taken then", async () => {
    const catalog = await open();
    const bare = aNamespace({
      id: "n-2",
      name: "two",
      displayName: undefined,
      description: undefined,
      protected: false,
      visibility: "public",
    });
    await catalog.insertNamespace(aNamespace());
    await catalog.insertNamespace(bare);
    assert.deepEqual(await catalog.namespace("one"), aNamespace());
    assert.deepEqual(await catalog.namespace("two"), bare);
    assert.equal(await catalog.namespace("One"), undefined);
    await assert.rejects(catalog.insertNamespace(aNamespace({ id: "n-3" })), DuplicateError);
  });

  test("a list holds what a viewer sees, in the order asked for, page by page", async () => {
    const catalog = await open();
    await catalog.insertNamespace(aNamespace({ id: "n-1", name: "b", createdAt: 5 }));
    await catalog.insertNamespace(aNamespace({ id: "n-2", name: "a", createdAt: 5, visibility: "public", owner: "else" }));
    await catalog.insertNamespace(aNamespace({ id: "n-3", name: "c", createdAt: 4, owner: "else" }));
    assert.deepEqual(names(await catalog.namespaces({}, newestFirst)), ["a", "b", "c"]);
    assert.deepEqual(names(await catalog.namespaces({ visibleTo: mine }, newestFirst)), ["a", "b"]);
    assert.deepEqual(names(await catalog.namespaces({ visibleTo: "none" }, newestFirst)), ["a"]);
    assert.deepEqual(names(await catalog.namespaces({ visibility: "private" }, { ...newestFirst, key: "name", direction: "asc" })), [
      "b",
      "c",
    ]);
    for (const key of ["createdAt", "updatedAt", "name", "owner", "visibility"] as const) {
      for (const direction of ["asc", "desc"] as const) {
        const whole = await catalog.namespaces({}, { key, direction, after: undefined, limit: 10 });
        const paged: MetadefNamespaceRecord[] = [];
        for (;;) {
          const page = await catalog.namespaces({}, { key, direction, after: paged.at(-1), limit: 1 });
          if (page.length === 0) {
            break;
          }
          paged.push(...page);
        }
        assert.deepEqual(paged, whole, `${key} ${direction}`);
        assert.equal(whole.length, 3);
      }
    }
    assert.deepEqual(await catalog.namespaces({}, { ...newestFirst, limit: 0 }), []);
  });

  test("a list can be of namespaces for some types", async () => {
    const catalog = await open();
    await catalog.insertNamespace(aNamespace());
    await catalog.insertNamespace(aNamespace({ id: "n-2", name: "two" }));
    await catalog.insertItems("n-1", [anItem({ kind: "resourceType", name: "T" }), anItem({ kind: "resourceType", name: "U" })]);
    await catalog.insertItems("n-2", [anItem({ kind: "property", name: "T" })]);
    assert.deepEqual(names(await catalog.namespaces({ resourceTypes: ["T", "U", "V"] }, newestFirst)), ["one"]);
    assert.deepEqual(names(await catalog.namespaces({ resourceTypes: ["V"] }, newestFirst)), []);
    assert.equal((await catalog.namespaces({ resourceTypes: [] }, newestFirst)).length, 2);
  });

  test("a namespace is replaced whole, but not by a name that another one has", async () => {
    const catalog = await open();
    await catalog.insertNamespace(aNamespace());
    await catalog.insertNamespace(aNamespace({ id: "n-2", name: "two" }));
    const changed = aNamespace({ name: "uno", displayName: undefined, protected: false, updatedAt: 9 });
    await catalog.replaceNamespace(changed);
    assert.deepEqual(await catalog.namespace("uno"), changed);
    assert.equal(await catalog.namespace("one"), undefined);
    await assert.rejects(catalog.replaceNamespace(aNamespace({ name: "two" })), DuplicateError);
    assert.equal((await catalog.namespace("uno"))?.id, "n-1");
  });

  test("items come back as they were inserted, in that order, and each name once of a kind", async () => {
    const catalog = await open();
    const [first, second, tag] = [anItem({ name: "z" }), anItem({ name: "a" }), anItem({ kind: "tag", name: "z", content: {} })];
    await catalog.insertItems("n-1", [first, second]);
    await catalog.insertItems("n-1", [tag]);
    await catalog.insertItems("n-1", []);
    assert.deepEqual(await catalog.items("n-1", "property"), [first, second]);
    assert.deepEqual(await catalog.items("n-1"), [first, second, tag]);
    assert.deepEqual(await catalog.items("n-2"), []);
    assert.deepEqual(await catalog.item("n-1", "tag", "z"), tag);
    assert.equal(await catalog.item("n-1", "tag", "a"), undefined);
    await assert.rejects(catalog.insertItems("n-1", [anItem({ name: "new" }), anItem({ name: "z" })]), DuplicateError);
    assert.equal(await catalog.item("n-1", "property", "new"), undefined);
  });

  test("an item is replaced under its name or another one, but not under one that is taken", async () => {
    const catalog = await open();
    await catalog.insertItems("n-1", [anItem({ name: "a" }), anItem({ name: "b" })]);
    const renamed = anItem({ name: "c", content: { title: "new" }, updatedAt: 9 });
    await catalog.replaceItem("n-1", "a", renamed);
    assert.deepEqual(await catalog.items("n-1"), [renamed, anItem({ name: "b" })]);
    await assert.rejects(catalog.replaceItem("n-1", "c", anItem({ name: "b" })), DuplicateError);
    await catalog.replaceItem("n-1", "c", { ...renamed, updatedAt: 10 });
    assert.equal((await catalog.item("n-1", "property", "c"))?.updatedAt, 10);
  });

  test("what is removed is gone, and nothing else: an item, all of a kind, a namespace with everything in it", async () => {
    const catalog = await open();
    await catalog.insertNamespace(aNamespace());
    await catalog.insertNamespace(aNamespace({ id: "n-2", name: "two" }));
    await catalog.insertItems("n-1", [anItem({ name: "a" }), anItem({ name: "b" }), anItem({ kind: "tag", name: "a" })]);
    await catalog.insertItems("n-2", [anItem({ name: "a" })]);
    await catalog.removeItem("n-1", "property", "a");
    assert.deepEqual(names(await catalog.items("n-1")), ["b", "a"]);
    await catalog.removeItems("n-1", "property");
    assert.deepEqual(names(await catalog.items("n-1")), ["a"]);
    await catalog.removeNamespace("n-1");
    assert.deepEqual(await catalog.items("n-1"), []);
    assert.equal(await catalog.namespace("one"), undefined);
    assert.equal((await catalog.items("n-2")).length, 1);
  });

  test("types and loaded sets are kept once", async () => {
    const catalog = await open();
    await catalog.addResourceType({ name: "Z", createdAt: 1 });
    await catalog.addResourceType({ name: "A", createdAt: 1 });
    await catalog.addResourceType({ name: "Z", createdAt: 2 });
    assert.deepEqual(await catalog.resourceTypes(), [
      { name: "Z", createdAt: 1 },
      { name: "A", createdAt: 1 },
    ]);
    await catalog.noteLoadedSet("s");
    await catalog.noteLoadedSet("s");
    assert.deepEqual(await catalog.loadedSets(), ["s"]);
  });
}
