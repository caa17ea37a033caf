import assert from "node:assert/strict";
import { test } from "node:test";
import { MetadefDefinition, MetadefNamespace } from "@tintype/contract/image-v2/metadefs.ts";
import { Value } from "typebox/value";
import { randomIds } from "../adapters/random-ids.ts";
import { sqlCatalog } from "../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../adapters/sqlite/open-sqlite.ts";
import { loadStandardSets, standardSets } from "./load-standard-sets.ts";

const all = { key: "name", direction: "asc", after: undefined, limit: 1000 } as const;

async function open() {
  const clock = { now: () => 1_000 };
  return { catalog: sqlCatalog(await openSqlite(":memory:")), clock, ids: randomIds(clock) };
}

test("a first start loads every standard namespace, public, with the types it is for", async () => {
  const deps = await open();
  await loadStandardSets(deps);
  const { metadefs } = deps.catalog;
  const found = await metadefs.namespaces({ visibleTo: "none" }, all);
  assert.deepEqual(
    found.map(({ name }) => name),
    standardSets.map(({ namespace }) => namespace).toSorted(),
  );
  const quota = await metadefs.namespace("OS::Compute::Quota");
  assert.deepEqual(
    (await metadefs.items(quota?.id ?? "")).map(({ kind, name }) => `${kind} ${name}`),
    ["resourceType OS::Nova::Flavor", "object CPU Limits", "object Disk QoS", "object Virtual Interface QoS"],
  );
  assert.deepEqual((await metadefs.resourceTypes()).map(({ name }) => name).toSorted(), [
    "OS::Cinder::Volume",
    "OS::Glance::Image",
    "OS::Nova::Aggregate",
    "OS::Nova::Flavor",
    "OS::Nova::Server",
    "OS::Trove::Instance",
  ]);
});

test("a later start brings nothing back that was deleted, and changes nothing that was changed", async () => {
  const deps = await open();
  await loadStandardSets(deps);
  const { metadefs } = deps.catalog;
  const [gone, changed] = [await metadefs.namespace("OS::Compute::XenAPI"), await metadefs.namespace("OS::Compute::TPM")];
  assert.ok(gone && changed);
  await metadefs.removeNamespace(gone.id);
  await metadefs.replaceNamespace({ ...changed, description: "ours" });
  await loadStandardSets(deps);
  assert.equal(await metadefs.namespace("OS::Compute::XenAPI"), undefined);
  assert.equal((await metadefs.namespace("OS::Compute::TPM"))?.description, "ours");
  assert.equal((await metadefs.namespaces({}, all)).length, standardSets.length - 1);
});

test("a namespace that somebody made under a standard name is left as it is", async () => {
  const deps = await open();
  const own = {
    id: "n",
    name: "OS::Compute::TPM",
    displayName: undefined,
    description: undefined,
    visibility: "private",
    protected: false,
    owner: "p",
    createdAt: 1,
    updatedAt: 1,
  } as const;
  await deps.catalog.metadefs.insertNamespace(own);
  await loadStandardSets(deps);
  assert.deepEqual(await deps.catalog.metadefs.namespace(own.name), own);
  assert.deepEqual(await deps.catalog.metadefs.items("n"), []);
});

test("the standard namespaces are such as the interface would take", () => {
  for (const { namespace, title, description, types, properties = {}, objects = [] } of standardSets) {
    const body = {
      namespace,
      display_name: title,
      description,
      resource_type_associations: types,
      properties,
      objects: objects.map((object) => ({ ...object, required: [] })),
    };
    assert.deepEqual([...Value.Errors(MetadefNamespace, body)], [], namespace);
    for (const [name, definition] of [properties, ...objects.map((object) => object.properties)].flatMap(Object.entries)) {
      assert.ok(Value.Check(MetadefDefinition, definition), name);
      assert.ok(definition.enum === undefined || new Set(definition.enum).size === definition.enum.length, name);
    }
  }
});
