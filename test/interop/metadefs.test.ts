import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { standardSets } from "@tintype/server/metadefs/load-standard-sets.ts";

const folder = "/usr/share/glance-common/metadefs";
const skip = existsSync(folder) ? false : `there is no ${folder} (Debian: glance-common)`;

interface Definition {
  readonly enum?: readonly unknown[];
  readonly items?: { readonly enum?: readonly unknown[] };
}

interface ShippedSet {
  readonly namespace: string;
  readonly protected?: boolean;
  readonly resource_type_associations?: readonly object[];
  readonly properties?: Readonly<Record<string, Definition>>;
  readonly objects?: readonly { readonly name: string; readonly properties: Readonly<Record<string, Definition>> }[];
}

/** The facts of definitions: everything but the words for people. Values that come twice count once. */
function factsOf(definitions: Readonly<Record<string, Definition>> = {}): object {
  const once = (values: readonly unknown[]) => [...new Set(values)];
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { enum: values, items, ...rest }]) => {
      const facts: Record<string, unknown> = { ...rest, ...(values && { enum: once(values) }) };
      delete facts["title"];
      delete facts["description"];
      return [name, { ...facts, ...(items && { items: { ...items, enum: once(items.enum ?? []) } }) }];
    }),
  );
}

test("the standard namespaces are those of Glance: names, types, values, defaults and associations", { skip }, () => {
  const shipped = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    // Files of the package: their shape is known.
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as ShippedSet);
  assert.deepEqual(shipped.map(({ namespace }) => namespace).toSorted(), standardSets.map(({ namespace }) => namespace).toSorted());
  for (const set of shipped) {
    const own = standardSets.find(({ namespace }) => namespace === set.namespace);
    assert.equal(own?.protected, set.protected ?? false, set.namespace);
    assert.deepEqual(own?.types, set.resource_type_associations ?? [], set.namespace);
    assert.deepEqual(factsOf(own?.properties), factsOf(set.properties), set.namespace);
    const objectsOf = (objects: ShippedSet["objects"] = []) => objects.map(({ name, properties }) => [name, factsOf(properties)]);
    assert.deepEqual(objectsOf(own?.objects), objectsOf(set.objects), set.namespace);
  }
});
