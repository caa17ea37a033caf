import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { LocatedServer, content, messageOf, promise } from "./locations-setup.ts";
import { administrator, alt, demo, reader } from "./ims-server.ts";

const older = "application/openstack-images-v2.0-json-patch";

test("the first location makes a waiting image active at once, with what was promised and the length that the place tells", async () => {
  await using located = await LocatedServer.open();
  const id = await located.create();
  const waiting = await located.show(id);
  assert.deepEqual([waiting.status, waiting.locations], ["queued", []]);
  const url = `${located.place.url}/a.raw`;
  const answer = await located.add(id, { url, metadata: { foo: "bar" }, validation_data: promise(content) });
  assert.equal(answer.statusCode, 200, answer.body);
  const image = await located.show(id);
  assert.equal(image.status, "active");
  assert.deepEqual(image.locations, [{ url, metadata: { foo: "bar" } }]);
  assert.equal(image.size, content.length);
  assert.equal(image.checksum, promise(content).checksum);
  assert.deepEqual([image.os_hash_algo, image.os_hash_value], ["sha512", promise(content).os_hash_value]);
  assert.equal(image.virtual_size, null);
  const bare = await located.show(await located.located());
  assert.deepEqual([bare.checksum, bare.os_hash_algo, bare.os_hash_value], [null, null, null]);
});

test("both forms of patches change locations, together with attributes, all or nothing", async () => {
  await using located = await LocatedServer.open();
  const id = await located.create({ disk_format: null });
  const value = { url: `${located.place.url}/a`, metadata: {} };
  const add = { op: "add", path: "/locations/-", value };
  assert.match(messageOf(await located.patch(id, [add])), /no disk_format yet/);
  const together = await located.patch(id, [add, { op: "replace", path: "/disk_format", value: "raw" }]);
  assert.equal(together.statusCode, 200, together.body);
  const twice = [
    { op: "replace", path: "/name", value: "other" },
    { op: "add", path: "/locations/-", value },
  ];
  assert.equal((await located.patch(id, twice)).statusCode, 400);
  assert.equal((await located.show(id)).locations?.length, 1);
  const next = JSON.stringify([{ add: "/locations/0", value: { ...value, url: `${value.url}#new` } }]);
  const answer = await located.files.server.call("PATCH", `/image/v2/images/${id}`, next, demo, older);
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(
    (await located.show(id)).locations?.map(({ url }) => url),
    [`${value.url}#new`, value.url],
  );
  assert.deepEqual(new Set(located.place.requests.map(({ url }) => url)), new Set(["/a"]));
});

test("paths to locations have the depth of their operation, and what is no location is refused", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located();
  const [url, more] = [`${located.place.url}/a.raw`, `${located.place.url}/b.raw`];
  const value = { url: more, metadata: {} };
  let deep: unknown = "end";
  for (let level = 0; level < 9; level += 1) {
    deep = { deep };
  }
  const cases: readonly (readonly [number, string, string, unknown])[] = [
    [400, "add", "/locations", [value]],
    [400, "add", "/locations/0/url", more],
    [400, "replace", "/locations/0", value],
    [400, "remove", "/locations", undefined],
    [400, "remove", "/locations/0/metadata", undefined],
    [400, "remove", "/locations/-", undefined],
    [400, "remove", "/locations/1", undefined],
    [400, "add", "/locations/2", value],
    [400, "add", "/locations/01", value],
    [400, "add", "/locations/-1", value],
    [400, "add", "/locations/-", "text"],
    [400, "add", "/locations/-", { metadata: {} }],
    [400, "add", "/locations/-", { url: "", metadata: {} }],
    [400, "add", "/locations/-", { url: `${more} x`, metadata: {} }],
    [400, "add", "/locations/-", { url: `${more}?${"x".repeat(2048)}`, metadata: {} }],
    [400, "add", "/locations/-", { url: more, metadata: "text" }],
    [400, "add", "/locations/-", { url: more, metadata: { deep } }],
    [400, "add", "/locations/-", { url: more, metadata: { long: "x".repeat(17_000) } }],
    [400, "add", "/locations/-", { ...value, validation_data: {} }],
    [400, "add", "/locations/-", { ...value, validation_data: { os_hash_algo: "sha512" } }],
    [400, "add", "/locations/-", { ...value, validation_data: { ...promise(content), checksum: "short" } }],
    [400, "add", "/locations/-", { ...value, validation_data: { ...promise(content), os_hash_value: "no hex" } }],
    [400, "add", "/locations/-", { ...value, validation_data: { ...promise(content), size: 1 } }],
    [400, "add", "/locations/-", { url, metadata: {} }],
    [400, "replace", "/locations", value],
    [403, "replace", "/locations", []],
    [403, "remove", "/locations/0", undefined],
    [400, "test", "/locations/0", value],
  ];
  for (const [status, op, path, given] of cases) {
    const answer = await located.patch(id, [{ op, path, ...(given !== undefined && { value: given }) }]);
    assert.equal(answer.statusCode, status, `${op} ${path} ${JSON.stringify(given)?.slice(0, 100)} ${answer.body}`);
  }
  assert.deepEqual((await located.show(id)).locations, [{ url, metadata: {} }]);
  assert.equal((await located.files.server.call("POST", "/image/v2/images", { locations: [value] })).statusCode, 403);
});

test("OSSN-0065, CVE-2016-0757: nothing that is said of the content changes once the image is active", async () => {
  await using located = await LocatedServer.open();
  const other = Buffer.from("other content");
  const claimed = await located.located({ validation_data: promise(content) });
  const unclaimed = await located.located();
  const url = `${located.place.url}/a.raw#new`;
  const claims = [
    { ...promise(content), checksum: promise(other).checksum },
    { ...promise(content), os_hash_value: promise(other).os_hash_value },
    { ...promise(content), os_hash_algo: "sha256" },
    promise(other),
  ];
  for (const validation_data of claims) {
    const answer = await located.add(claimed, { url, metadata: {}, validation_data });
    assert.equal(answer.statusCode, 409, answer.body);
  }
  assert.equal((await located.add(unclaimed, { url, metadata: {}, validation_data: promise(content) })).statusCode, 409);
  assert.equal((await located.add(claimed, { url, metadata: {}, validation_data: promise(content) })).statusCode, 200);
  assert.equal((await located.show(claimed)).locations?.length, 2);
  for (const name of ["checksum", "os_hash_value", "os_hash_algo", "size", "status"]) {
    assert.equal((await located.patch(claimed, [{ op: "replace", path: `/${name}`, value: "x" }])).statusCode, 403, name);
  }
});

test("OSSN-0065: a place with another length is none of the same content", async () => {
  await using located = await LocatedServer.open({}, (request, response) => response.end(request.url === "/a.raw" ? content : "short"));
  const id = await located.located();
  const answer = await located.add(id, { url: `${located.place.url}/b`, metadata: {} });
  assert.equal(answer.statusCode, 409);
  assert.match(messageOf(answer), /5 bytes, and the image has 200000/);
});

test("a digest of another algorithm than the configured one, or of another length, is no promise", async () => {
  await using located = await LocatedServer.open({ digest: "sha256" });
  const id = await located.create();
  const add = async (algorithm: string, digits: number) =>
    (await located.add(id, { url: located.place.url, validation_data: { os_hash_algo: algorithm, os_hash_value: "a".repeat(digits) } }))
      .statusCode;
  assert.deepEqual(
    [await add("sha512", 128), await add("nonsense", 64), await add("sha256", 63), await add("sha256", 65)],
    [409, 409, 400, 400],
  );
  assert.equal((await located.show(id)).status, "queued");
  assert.equal(located.place.requests.length, 0);
  assert.equal(await add("sha256", 64), 200);
});

test("replacing locations changes their order and their metadata alone", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located();
  const [a, b] = [`${located.place.url}/a.raw`, `${located.place.url}/a.raw#b`];
  assert.equal((await located.add(id, { url: b, metadata: { speed: "88mph" } })).statusCode, 200);
  const replace = async (value: object) => (await located.patch(id, [{ op: "replace", path: "/locations", value }])).statusCode;
  const changed = [
    { url: b, metadata: {} },
    { url: a, metadata: { date: "2015-10-15", more: { list: [1, true, null] } } },
  ];
  assert.equal(await replace(changed), 200);
  assert.deepEqual((await located.show(id)).locations, changed);
  const asked = located.place.requests.length;
  assert.equal(await replace([changed[0] ?? {}]), 400);
  assert.equal(await replace([...changed, { url: `${a}#c`, metadata: {} }]), 400);
  assert.equal(await replace([changed[0] ?? {}, changed[0] ?? {}]), 400);
  assert.equal(await replace([changed[0] ?? {}, { url: `${a}#3`, metadata: {} }]), 400);
  assert.deepEqual((await located.show(id)).locations, changed);
  assert.equal(located.place.requests.length, asked);
  const removed = await located.patch(id, [{ op: "remove", path: "/locations/0" }]);
  assert.equal(removed.statusCode, 200);
  assert.deepEqual((await located.show(id)).locations, [changed[1]]);
});

test("an image has at most ten locations, and the one too many is not asked", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located();
  const places = Array.from({ length: 9 }, (_, index) => ({
    op: "add",
    path: "/locations/-",
    value: { url: `${located.place.url}/a.raw#${index}`, metadata: {} },
  }));
  const [first, ...others] = places;
  assert.ok(first);
  const one = { ...first, value: { url: `${located.place.url}/a.raw#x`, metadata: {} } };
  const asked = located.place.requests.length;
  const tooMany = await located.patch(id, [...places, one]);
  assert.equal(tooMany.statusCode, 413, tooMany.body);
  assert.equal(located.place.requests.length, asked);
  assert.equal((await located.patch(id, [first, ...others])).statusCode, 200);
  assert.equal((await located.patch(id, [one])).statusCode, 413);
  assert.equal((await located.show(id)).locations?.length, 10);
});

test("locations are shown to the project of an image and to administrators, changed by its owner, and hidden from everyone else", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located({}, { visibility: "community" });
  const hidden = await located.located();
  const add = { url: `${located.place.url}/a.raw#2`, metadata: {} };
  for (const caller of [demo, reader, administrator]) {
    assert.equal((await located.show(id, caller)).locations?.length, 1);
  }
  assert.ok(!("locations" in (await located.show(id, alt))));
  const listed = await located.files.server.call("GET", "/image/v2/images?visibility=community", undefined, alt);
  assert.equal(listed.json<{ images: object[] }>().images.length, 1);
  assert.doesNotMatch(listed.body, /locations|direct_url|127\.0\.0\.1/);
  assert.doesNotMatch((await located.files.server.call("GET", "/image/v2/images")).body, /direct_url/);
  const asked = located.place.requests.length;
  assert.equal((await located.add(id, add, alt)).statusCode, 403);
  assert.equal((await located.add(id, add, reader)).statusCode, 403);
  assert.equal((await located.add(hidden, add, alt)).statusCode, 404);
  assert.equal((await located.add("5e7a2f3c-8f0b-4f3e-9a55-0d8b7a0c1d2e", add)).statusCode, 404);
  assert.equal(located.place.requests.length, asked);
  const theirs = { project: "alt", roles: ["admin", "member", "reader"] };
  assert.equal((await located.add(hidden, add, theirs)).statusCode, 200);
});

test("where locations are hidden, nobody sees one and nobody changes one", async () => {
  await using located = await LocatedServer.open({ locations: "hidden" });
  const id = await located.create();
  assert.ok(!("locations" in (await located.show(id))));
  for (const [op, path] of [
    ["add", "/locations/-"],
    ["replace", "/locations"],
    ["remove", "/locations/0"],
  ] as const) {
    const value = { url: located.place.url, metadata: {} };
    const answer = await located.patch(id, [{ op, path, value: op === "replace" ? [value] : value }]);
    assert.equal(answer.statusCode, 403, `${op} ${answer.body}`);
  }
  assert.equal(located.place.requests.length, 0);
  assert.equal((await located.show(id)).status, "queued");
});

test("an image that was uploaded shows the store that holds it, which says no path and stays", async () => {
  await using located = await LocatedServer.open();
  const id = await located.create();
  assert.equal((await located.files.put(id, content, { "content-type": "application/octet-stream" }, "stage")).status, 204);
  assert.deepEqual((await located.show(id)).locations, []);
  const filled = await located.create();
  assert.equal((await located.files.put(filled, content)).status, 204);
  const own = { url: `tintype://main/${filled}`, metadata: { store: "main" } };
  assert.deepEqual((await located.show(filled)).locations, [own]);
  const note = { url: `${located.place.url}/origin`, metadata: {} };
  assert.equal((await located.patch(filled, [{ op: "remove", path: "/locations/0" }])).statusCode, 403);
  assert.equal((await located.patch(filled, [{ op: "add", path: "/locations/0", value: note }])).statusCode, 400);
  assert.equal((await located.add(filled, { ...note, validation_data: promise(Buffer.from("x")) })).statusCode, 409);
  assert.equal((await located.add(filled, { ...note, validation_data: promise(content) })).statusCode, 200);
  assert.deepEqual((await located.show(filled)).locations, [own, note]);
  const replace = async (value: object) => (await located.patch(filled, [{ op: "replace", path: "/locations", value }])).statusCode;
  assert.equal(await replace([note, own]), 200);
  assert.equal(await replace([{ ...own, metadata: { store: "other" } }, note]), 400);
  assert.equal(await replace([note]), 400);
  assert.deepEqual((await located.show(filled)).locations, [own, note]);
  assert.equal((await located.patch(filled, [{ op: "remove", path: "/locations/0" }])).statusCode, 403);
  assert.equal((await located.patch(filled, [{ op: "remove", path: "/locations/1" }])).statusCode, 200);
  assert.equal((await located.add(filled, { url: own.url, metadata: {} })).statusCode, 400);
});

test("lists find an image that is active elsewhere as active, by the length that its place tells, and never by digests that nobody has seen", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located({ validation_data: promise(content) });
  await located.create();
  const ids = async (query: string) =>
    (await located.files.server.call("GET", `/image/v2/images?${query}`))
      .json<{ images: { id: string }[] }>()
      .images.map((image) => image.id);
  assert.deepEqual(await ids("status=active"), [id]);
  assert.deepEqual(await ids(`size_min=${content.length}&size_max=${content.length}`), [id]);
  assert.equal((await ids("status=queued")).length, 1);
  assert.equal((await ids("sort=status:asc")).at(0), id);
  assert.deepEqual(await ids(`checksum=${promise(content).checksum}`), []);
});

test("a location more leaves an uploaded image as long as it was, in lists and in what its project has used", async () => {
  await using located = await LocatedServer.open();
  const id = await located.create();
  assert.equal((await located.files.put(id, content)).status, 204);
  const { server } = located.files;
  const found = async () => {
    const { images } = (await server.call("GET", `/image/v2/images?size=${content.length}`)).json<{ images: object[] }>();
    return [images.length, await server.world.catalog.images.usage("demo" as ProjectId)] as const;
  };
  const before = await found();
  assert.equal(before[0], 1);
  assert.equal((await located.add(id, { url: `${located.place.url}/origin`, metadata: {} })).statusCode, 200);
  assert.deepEqual(await found(), before);
});

test("a patch that adds and removes locations in turn asks no more places than an image may have", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located();
  const asked = located.place.requests.length;
  const turns = Array.from({ length: 11 }, (_, index) => [
    { op: "add", path: "/locations/-", value: { url: `${located.place.url}/a.raw#${index}`, metadata: {} } },
    { op: "remove", path: "/locations/1" },
  ]).flat();
  const answer = await located.patch(id, turns);
  assert.equal(answer.statusCode, 413, answer.body);
  assert.equal(located.place.requests.length, asked);
});
