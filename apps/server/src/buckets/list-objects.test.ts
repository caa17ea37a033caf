import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { ObsWorld } from "../testing/obs-world.ts";
import { listObjects } from "./list-objects.ts";
import type { ListRequest } from "./list-objects.ts";

const compare = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

async function openWith(keys: readonly string[]) {
  const world = await ObsWorld.open();
  const { projectId } = world.user("member");
  const { buckets } = world.catalog;
  await buckets.insertBucket({ name: "bucket", projectId, storageClass: "STANDARD", createdAt: 0 });
  await world.catalog.transaction(async (catalog) => {
    for (const key of keys) {
      const object = { bucket: "bucket", key, lengthBytes: 0, etag: "", contentType: "", metadata: {}, parts: [] };
      await catalog.buckets.putObject({ ...object, storageClass: "STANDARD", modifiedAt: 0 });
    }
  });
  return { world, address: { projectId, bucket: "bucket" }, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** What a listing is: every key, or the common prefix it falls under, once and in order. */
function model(
  keys: readonly string[],
  { prefix, delimiter, after }: Omit<ListRequest, "projectId" | "bucket" | "limit">,
): readonly string[] {
  const entries = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const found = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      return found === -1 ? key : key.slice(0, found + delimiter.length);
    });
  return [...new Set(entries)].filter((entry) => compare(entry, after) > 0).toSorted(compare);
}

async function allPages(world: ObsWorld, request: ListRequest): Promise<readonly string[]> {
  const entries: string[] = [];
  for (let after: string | undefined = request.after; after !== undefined;) {
    const page = await listObjects(world.services, { ...request, after });
    const names = [...page.objects.map(({ key }) => key), ...page.commonPrefixes].toSorted(compare);
    assert.ok(names.length <= request.limit);
    assert.ok(page.next === undefined || page.next === names.at(-1), "a page goes on behind its last entry");
    assert.ok(page.next === undefined || names.length === request.limit, "only the last page is short");
    entries.push(...names);
    after = page.next;
  }
  return entries;
}

const part = fc.constantFrom("a", "b", "/", "//", "é", "\u{1f4be}", "\ufffd", "\u{10ffff}", "%", "_");
const key = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));

test("pages of any size, put together, are what the model lists", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(key, { maxLength: 40 }),
      fc.record({ prefix: fc.oneof(fc.constant(""), key), delimiter: fc.constantFrom("", "/", "a", "//") }),
      fc.integer({ min: 1, max: 9 }),
      async (keys, { prefix, delimiter }, limit) => {
        await using bucketWorld = await openWith(keys);
        const { world, address } = bucketWorld;
        const listed = await allPages(world, { ...address, prefix, delimiter, after: "", limit });
        assert.deepEqual(listed, model(keys, { prefix, delimiter, after: "" }));
      },
    ),
    { numRuns: 30 },
  );
});

test("a listing begins behind any text, and passes over the common prefix that the text lies in", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(key, { maxLength: 30 }), key, fc.constantFrom("", "/"), async (keys, after, delimiter) => {
      await using bucketWorld = await openWith(keys);
      const { world, address } = bucketWorld;
      const listed = await allPages(world, { ...address, prefix: "", delimiter, after, limit: 5 });
      const cut = delimiter === "" ? -1 : after.indexOf(delimiter);
      const passed = cut === -1 ? undefined : after.slice(0, cut + 1);
      const expected = model(keys, { prefix: "", delimiter, after }).filter((entry) => passed === undefined || entry !== passed);
      assert.deepEqual(listed, expected);
    }),
    { numRuns: 20 },
  );
});

test("a common prefix costs one query, however many keys it stands for", async () => {
  const folders = Array.from({ length: 5 }, (_, folder) => Array.from({ length: 2000 }, (_, index) => `folder-${folder}/${index}`));
  await using bucketWorld = await openWith(folders.flat());
  const { world, address } = bucketWorld;
  const limits: number[] = [];
  const catalog = {
    ...world.catalog,
    buckets: {
      ...world.catalog.buckets,
      objects: async (...[bucket, page]: Parameters<typeof world.catalog.buckets.objects>) => {
        limits.push(page.limit);
        return await world.catalog.buckets.objects(bucket, page);
      },
    },
  };
  const page = await listObjects({ ...world.services, catalog }, { ...address, prefix: "", delimiter: "/", after: "", limit: 1000 });
  assert.equal(page.commonPrefixes.length, 5);
  assert.equal(limits.length, 6);
  assert.ok(limits.slice(1).every((limit) => limit < 100));
});

test("no entry is asked for: none is answered, and nothing follows", async () => {
  await using bucketWorld = await openWith(["a"]);
  const { world, address } = bucketWorld;
  const page = await listObjects(world.services, { ...address, prefix: "", delimiter: "", after: "", limit: 0 });
  assert.deepEqual(page, { objects: [], commonPrefixes: [], next: undefined });
});

test("a bucket of another project does not exist", async () => {
  await using bucketWorld = await openWith([]);
  const { world, address } = bucketWorld;
  const request = { ...address, projectId: world.user("stranger").projectId, prefix: "", delimiter: "", after: "", limit: 1 };
  await assert.rejects(listObjects(world.services, request), { code: "obs.NoSuchBucket" });
});
