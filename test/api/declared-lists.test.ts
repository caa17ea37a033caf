import assert from "node:assert/strict";
import { test } from "node:test";
import { ImagesV2Answer } from "@tintype/contract/image-v2/images.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { Value } from "typebox/value";
import { DeclaredServer } from "./declared-setup.ts";
import type { Shown } from "./declared-setup.ts";
import { administrator, alt, demo } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const second = 1000;

/** Four images, one second apart, the last one with content. */
async function filled(): Promise<DeclaredServer> {
  const server = await DeclaredServer.open();
  const { world } = server.ims;
  await server.create({ name: "a", disk_format: "raw", container_format: "bare", min_ram: 1, tags: ["x", "k=v"], free: "1" });
  world.clock.advance(second);
  await server.create({
    name: "b,c",
    disk_format: "qcow2",
    container_format: "ova",
    min_ram: 2,
    min_disk: 9,
    tags: ["x"],
    protected: true,
  });
  world.clock.advance(second);
  await server.create({ name: 'd"', disk_format: "qcow2", container_format: "bare", free: "1", visibility: "private", description: "w" });
  world.clock.advance(second);
  const file: ImageRecord["file"] = { lengthBytes: 10, md5: "a".repeat(32), digest: { algorithm: "sha512", value: "b".repeat(128) } };
  await world.addImage("demo", Buffer.alloc(1024, 1), { name: "e", diskFormat: "iso", file });
  world.clock.advance(second);
  await server.create({ name: "hidden", os_hidden: true });
  return server;
}

const queries: readonly (readonly [query: string, names: string])[] = [
  ["", 'e d" b,c a'],
  ["?name=a", "a"],
  ["?name=eq:a", "a"],
  ["?name=in:a,e", "e a"],
  ['?name=in:"b,c",a', "b,c a"],
  ["?name=nobody", ""],
  ["?name=", ""],
  ["?disk_format=qcow2", 'd" b,c'],
  ["?disk_format=in:raw,iso", "e a"],
  ["?disk_format=in:raw,qcow2&container_format=in:bare,ovf", 'd" a'],
  ["?status=queued", 'd" b,c a'],
  ["?status=active", "e"],
  ["?status=in:active,queued", 'e d" b,c a'],
  ["?status=deleted", ""],
  ["?status=killed", ""],
  ["?owner=demo&min_ram=2", "b,c"],
  ["?owner=other", ""],
  ["?min_ram_min=1&min_ram_max=1", "a"],
  ["?min_disk_min=9&min_disk_max=39", "b,c"],
  ["?min_disk=40", "e"],
  ["?size=10", "e"],
  ["?size_min=10", "e"],
  ["?size_max=9", ""],
  ["?size_min=11", ""],
  ["?virtual_size=1024", "e"],
  [`?checksum=${"a".repeat(32)}`, "e"],
  [`?os_hash_value=${"b".repeat(128)}&os_hash_algo=sha512`, "e"],
  ["?checksum=%25", ""],
  ["?protected=true", "b,c"],
  ["?protected=False", 'e d" a'],
  ["?os_hidden=true", "hidden"],
  ["?os_hidden=false", 'e d" b,c a'],
  ["?tag=x", "b,c a"],
  ["?tag=x&tag=k%3Dv", "a"],
  ["?tag=k", ""],
  ["?free=1", 'd" a'],
  ["?free=1&name=a", "a"],
  ["?free=", ""],
  ["?unheard_of=1", ""],
  ["?description=w", 'd"'],
  ["?visibility=private", 'e d"'],
  ["?visibility=shared", "b,c a"],
  ["?visibility=community", ""],
  ["?visibility=all", 'e d" b,c a'],
  ["?limit=0", ""],
  ["?limit=2", 'e d"'],
  ["?limit=99999", 'e d" b,c a'],
  ["?sort_key=name&sort_dir=asc", 'a b,c d" e'],
  ["?sort=name:asc", 'a b,c d" e'],
  ["?sort=disk_format,name:asc", 'a b,c d" e'],
  ["?sort=container_format:asc,disk_format:desc,name", 'a d" e b,c'],
  ["?sort_key=disk_format&sort_key=name&sort_dir=asc&sort_dir=desc", 'e d" b,c a'],
  ["?sort_key=disk_format&sort_key=name&sort_dir=asc", 'e b,c d" a'],
  ["?sort=size:desc", 'e d" b,c a'],
  ["?sort_dir=asc", 'a b,c d" e'],
  ["?sort=updated_at:asc&limit=1", "a"],
  ["?created_at=gt:2026-01-02T03:04:06Z", 'e d"'],
  ["?created_at=gte:2026-01-02T03:04:06Z", 'e d" b,c'],
  ["?created_at=lt:2026-01-02T03:04:06Z", "a"],
  ["?created_at=lte:2026-01-02T03:04:06Z&created_at=lte:2026-01-02T03:04:05Z", "a"],
  ["?created_at=eq:2026-01-02T03:04:06Z", "b,c"],
  ["?created_at=neq:2026-01-02T03:04:06", 'e d" a'],
  ["?updated_at=2026-01-02T03:04:06Z", "b,c"],
  ["?updated_at=gt:2026-01-02T05:04:06.5%2B02:00", 'e d"'],
  ["?created_at=gt:2026-01-02", 'e d" b,c a'],
];

test("a list holds what every parameter asks for, in the asked order", async (context) => {
  await using server = await filled();
  for (const [query, names] of queries) {
    await context.test(`${query} → ${names}`, async () => assert.equal(await server.names(query), names));
  }
  const images = (await server.call("GET", "")).json<{ images: Shown[] }>().images;
  const some = images.slice(1, 3).map(({ id }) => id);
  assert.equal(await server.names(`?id=in:${some.join(",")}`), 'd" b,c');
  assert.equal(await server.names(`?id=${some[0]?.toUpperCase()}`), 'd"');
});

const wrong = [
  "?limit=-1",
  "?limit=x",
  "?limit=1.5",
  "?marker=nobody",
  "?marker=",
  "?sort_key=owner",
  "?sort_key=",
  "?sort_dir=up",
  "?sort=name:up",
  "?sort=name:asc:desc",
  "?sort=free",
  "?sort=name&sort_key=name",
  "?sort=name&sort_dir=asc",
  "?sort_key=name&sort_dir=asc&sort_dir=desc",
  "?name=gt:a",
  "?name=in:",
  "?name=in:a,,b",
  '?name=in:"a',
  "?status=neq:active",
  "?created_at=gt:yesterday",
  "?created_at=about:2026-01-02T03:04:06Z",
  "?created_at=2026-13-02T03:04:06Z",
  "?size_min=x",
  "?size=-1",
  "?min_ram=x",
  "?protected=maybe",
  "?os_hidden=1",
  "?visibility=hidden",
  "?member_status=maybe",
  "?changes-since=2026-01-02T03:04:06Z",
];

test("parameters that say nothing are refused", async (context) => {
  await using server = await filled();
  for (const query of wrong) {
    await context.test(query, async () => assert.equal(await server.status("GET", query), 400));
  }
});

test("pages follow each other with all parameters, also those that come twice", async () => {
  await using server = await filled();
  const seen: string[] = [];
  let next: string | undefined = "/v2/images?tag=x&limit=1&tag=x&name=in:a,%22b,c%22";
  while (next !== undefined) {
    const answer = await server.ims.call("GET", `/image${next}`);
    assert.ok(Value.Check(ImagesV2Answer, answer.json()), answer.body);
    const page: ImagesV2Answer = answer.json();
    assert.equal(page.schema, "/v2/schemas/images");
    const first = new URLSearchParams(page.first.split("?")[1]);
    assert.deepEqual([first.getAll("tag"), first.get("limit"), first.has("marker")], [["x", "x"], "1", false]);
    seen.push(...page.images.map(({ name }) => String(name)));
    next = page.next;
  }
  assert.deepEqual(seen, ["b,c", "a"]);
});

test("25 images are a page when nothing is said", async () => {
  await using server = await DeclaredServer.open();
  for (let index = 0; index < 27; index += 1) {
    await server.create({ name: String(index) });
  }
  const page = (await server.call("GET")).json<ImagesV2Answer>();
  assert.equal(page.images.length, 25);
  const rest = (await server.ims.call("GET", `/image${page.next}`)).json<ImagesV2Answer>();
  assert.deepEqual([rest.images.map(({ name }) => name), rest.next], [["1", "0"], undefined]);
});

const third: Caller = { project: "third", roles: ["member", "reader"] };

test("who sees what: own images, public ones, shared ones by the answer, those of the community when they are asked for", async () => {
  await using server = await DeclaredServer.open();
  const names = ["accepted", "pending", "rejected"] as const;
  await server.create({ name: "own" }, alt);
  await server.create({ name: "own-community", visibility: "community" }, alt);
  await server.create({ name: "private", visibility: "private" });
  await server.create({ name: "community", visibility: "community" });
  await server.create({ name: "public", visibility: "public" }, administrator);
  await server.create({ name: "unshared" });
  for (const name of names) {
    const { id } = await server.create({ name });
    assert.equal(await server.status("POST", `/${id}/members`, demo, { member: "alt" }), 200);
    assert.equal(await server.status("PUT", `/${id}/members/alt`, alt, { status: name }), 200);
  }
  const seen = async (query: string, caller: Caller = alt) => (await server.names(query, caller)).split(" ").toSorted().join(" ");
  assert.equal(await seen(""), "accepted own own-community public");
  assert.equal(await seen("?visibility=all"), "accepted community own own-community public");
  assert.equal(await seen("?visibility=community"), "community own-community");
  assert.equal(await seen("?visibility=public"), "public");
  assert.equal(await seen("?visibility=private"), "");
  assert.equal(await seen("?visibility=shared"), "accepted own");
  assert.equal(await seen("?visibility=shared&member_status=pending"), "pending");
  assert.equal(await seen("?visibility=shared&member_status=rejected"), "rejected");
  assert.equal(await seen("?visibility=shared&member_status=all"), "accepted pending rejected");
  assert.equal(await seen("?member_status=pending"), "own own-community pending public");
  assert.equal(await seen("?member_status=all&owner=demo"), "accepted pending rejected");
  assert.equal(await seen("", third), "public");
  assert.equal(await seen("?visibility=all", third), "community own-community public");
  assert.equal(await seen("", administrator), "accepted own pending private public rejected unshared");
  assert.equal(
    await seen("?visibility=all", administrator),
    "accepted community own own-community pending private public rejected unshared",
  );
  assert.equal(await seen("?visibility=community", administrator), "community own-community");
  assert.equal(await seen("?owner=demo", administrator), "accepted pending private rejected unshared");
});
