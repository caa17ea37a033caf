import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateError } from "./catalog.ts";
import type { EnterpriseProjectCatalog, EnterpriseProjectRecord } from "./enterprise-project-catalog.ts";
import type { DomainId } from "./ids.ts";

const mine = "d-mine" as DomainId;
const theirs = "d-theirs" as DomainId;

function aProject(fields: Partial<EnterpriseProjectRecord> = {}): EnterpriseProjectRecord {
  return {
    id: "e-1",
    domainId: mine,
    name: "one",
    description: "d",
    kind: "poc",
    enabled: false,
    createdAt: 1_000,
    updatedAt: 2_000,
    ...fields,
  };
}

/** What every catalog of enterprise projects must do. `open` answers an empty one. */
export function enterpriseProjectCatalogContract(open: () => Promise<EnterpriseProjectCatalog>): void {
  test("an enterprise project comes back as it was inserted, in its own domain only", async () => {
    const catalog = await open();
    await catalog.insert(aProject());
    assert.deepEqual(await catalog.get(mine, "e-1"), aProject());
    assert.equal(await catalog.get(theirs, "e-1"), undefined);
    assert.equal(await catalog.get(mine, "nobody"), undefined);
    assert.deepEqual(await catalog.list(theirs), []);
  });

  test("a name is taken once in a domain, an id once at all", async () => {
    const catalog = await open();
    await catalog.insert(aProject());
    await assert.rejects(catalog.insert(aProject({ id: "e-2" })), DuplicateError);
    await assert.rejects(catalog.insert(aProject({ name: "two", domainId: theirs })), DuplicateError);
    await catalog.insert(aProject({ id: "e-2", domainId: theirs }));
    assert.equal((await catalog.list(mine)).length, 1);
  });

  test("a list is oldest first, by id among equals", async () => {
    const catalog = await open();
    await catalog.insert(aProject({ id: "e-3", name: "a", createdAt: 9 }));
    await catalog.insert(aProject({ id: "e-2", name: "b", createdAt: 5 }));
    await catalog.insert(aProject({ id: "e-1", name: "c", createdAt: 9 }));
    assert.deepEqual(
      (await catalog.list(mine)).map(({ id }) => id),
      ["e-2", "e-1", "e-3"],
    );
  });

  test("an update changes the named fields and no other, and only in its domain", async () => {
    const catalog = await open();
    await catalog.insert(aProject());
    const changed = await catalog.update(mine, "e-1", { name: "new", enabled: true, updatedAt: 9 });
    assert.deepEqual(changed, aProject({ name: "new", enabled: true, updatedAt: 9 }));
    assert.equal(await catalog.update(theirs, "e-1", { name: "x", updatedAt: 10 }), undefined);
    assert.deepEqual(await catalog.get(mine, "e-1"), changed);
  });

  test("a name that another one has is refused, its own is not", async () => {
    const catalog = await open();
    await catalog.insert(aProject());
    await catalog.insert(aProject({ id: "e-2", name: "two" }));
    await assert.rejects(catalog.update(mine, "e-2", { name: "one", updatedAt: 9 }), DuplicateError);
    assert.equal((await catalog.get(mine, "e-2"))?.name, "two");
    assert.equal((await catalog.update(mine, "e-2", { name: "two", updatedAt: 9 }))?.updatedAt, 9);
  });
}
