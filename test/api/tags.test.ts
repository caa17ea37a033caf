import assert from "node:assert/strict";
import { test } from "node:test";
import type { HTTPMethods, LightMyRequestResponse } from "fastify";
import { Value } from "typebox/value";
import { ImageTagsAnswer, ProjectTagsAnswer, TagTextsAnswer } from "@tintype/contract/ims/image-tags.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { ImsServerOptions } from "./ims-server.ts";

const disk = sampleDisk(1);

interface World extends AsyncDisposable {
  readonly server: ImsServer;
  readonly image: ImageRecord;
  /** Sends a call; answers its status, or the refusal. */
  call(method: HTTPMethods, url: string, body?: object | string, caller?: typeof demo): Promise<string>;
  /** The tags of the image, as it shows them. */
  tags(): Promise<unknown>;
}

async function open(fields: Partial<ImageRecord> = {}, options: ImsServerOptions = {}): Promise<World> {
  const server = await ImsServer.open(options);
  const image = await server.world.addImage("demo", disk, fields);
  return {
    server,
    image,
    call: async (method, url, body, caller = demo) => outcome(await server.call(method, url.replaceAll("ID", image.id), body, caller)),
    tags: async () => (await server.list(`?id=${image.id}`))[0]?.["tags"],
    [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose](),
  };
}

function outcome(answer: LightMyRequestResponse): string {
  return answer.statusCode < 300 ? String(answer.statusCode) : refusalOf(answer);
}

const tagsOf = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `k${index}`, value: "v" }));
const action = (action: string, tags: unknown) => ({ action, tags });
const batch = "/v2/demo/images/ID/tags/action";

test("R-194: PUT /v1/cloudimages/tags adds a new key and changes the value of one that is there, in both forms", async () => {
  await using world = await open();
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: "env.prod" }), "204");
  assert.equal(
    await world.call("PUT", "/v1/cloudimages/tags", { image_id: world.image.id, image_tag: { key: "team", value: "a.b" } }),
    "204",
  );
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: "env.1.2.3" }), "204");
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: "lone" }), "204");
  assert.deepEqual(await world.tags(), ["env=1.2.3", "team=a.b", "lone"]);
});

test("R-190: a tag of an image is added, changed, listed and deleted, and the image says when", async () => {
  await using world = await open();
  const { server, image } = world;
  server.world.clock.advance(60_000);
  const path = `/v2/demo/images/${image.id}/tags`;
  assert.equal(await world.call("POST", path, { tag: { key: "env", value: "test" } }), "204");
  assert.equal(await world.call("POST", path, { tag: { key: "env", value: "prod" } }), "204");
  const listed = (await server.call("GET", path)).json<object>();
  assert.deepEqual(listed, { tags: [{ key: "env", value: "prod" }] });
  assert.deepEqual([...Value.Errors(ImageTagsAnswer, listed)], []);
  assert.equal((await server.list(`?id=${image.id}`))[0]?.["updated_at"], "2026-01-02T03:05:05Z");
  assert.equal(await world.call("DELETE", `${path}/env`), "204");
  assert.equal(await world.call("DELETE", `${path}/env`), "404 IMG.0086");
  assert.deepEqual((await server.call("GET", path)).json(), { tags: [] });
});

test("R-190: what changes no tag leaves the image as it was", async () => {
  await using world = await open({ tags: ["env=prod"] });
  world.server.world.clock.advance(60_000);
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: "env.prod" }), "204");
  assert.equal(await world.call("POST", batch, action("delete", [{ key: "other" }])), "204");
  assert.equal((await world.server.list(`?id=${world.image.id}`))[0]?.["updated_at"], "2026-01-02T03:04:05Z");
});

test("R-196: the two forms of a tag are never mixed, and one of them is needed", async () => {
  await using world = await open();
  const { id } = world.image;
  const both = { image_id: id, tag: "a.b", image_tag: { key: "c", value: "d" } };
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", both), "400 IMG.0115");
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { image_id: id }), "400 IMG.0115");
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { image_id: id, tag: "", image_tag: null }), "400 IMG.0115");
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { tag: "a.b" }), "400 IMG.0001");
});

test("R-196: a key has 1 to 36 and a value 0 to 43 characters of those that are allowed; spaces around them do not count", async () => {
  await using world = await open();
  const add = (key: unknown, value: unknown) => world.call("POST", "/v2/demo/images/ID/tags", { tag: { key, value } });
  assert.equal(await add("k".repeat(36), "v".repeat(43)), "204");
  assert.equal(await add(" 环境_-9 ", " 生产.v-1_ "), "204");
  assert.equal(await add("empty", ""), "204");
  assert.deepEqual(await world.tags(), [`${"k".repeat(36)}=${"v".repeat(43)}`, "环境_-9=生产.v-1_", "empty"]);
  const refused: [unknown, unknown][] = [
    ["k".repeat(37), "v"],
    ["k".repeat(10_000), "v"],
    ["k", "v".repeat(44)],
    ["", "v"],
    ["  ", "v"],
    ["a.b", "v"],
    ["a=b", "v"],
    ["a", "b=c"],
    ["a b", "v"],
    ["a\u0000", "v"],
    ["a\nb", "v"],
    ["a", "\u202e"],
    ["é", "v"],
    ["a", "😀"],
    ["\ud800", "v"],
  ];
  for (const [key, value] of refused) {
    assert.equal(await add(key, value), "400 IMG.0115", JSON.stringify([key, value]).slice(0, 80));
  }
});

test("R-196: a batch creates or deletes, spelled so; it needs tags, and each key once", async () => {
  await using world = await open({ tags: ["env=prod", "team=a"] });
  assert.equal(await world.call("POST", batch, action("create", [{ key: "env", value: "test" }, { key: "new" }])), "204");
  assert.deepEqual(await world.tags(), ["env=test", "team=a", "new"]);
  const refusals: [string, unknown, string][] = [
    ["Create", [{ key: "a", value: "b" }], "400 IMG.0001"],
    ["update", [{ key: "a", value: "b" }], "400 IMG.0001"],
    ["create", [], "400 IMG.0115"],
    ["delete", [], "400 IMG.0115"],
    ["create", null, "400 IMG.0001"],
    ["create", "a.b", "400 IMG.0115"],
    ["create", [null], "400 IMG.0115"],
    ["create", ["a.b"], "400 IMG.0115"],
    ["create", [{ value: "b" }], "400 IMG.0115"],
    ["create", [{ key: 1, value: "b" }], "400 IMG.0115"],
    ["create", [{ key: "a", value: 1 }], "400 IMG.0115"],
    ["create", [{ key: "a", value: { b: "c" } }], "400 IMG.0115"],
    [
      "create",
      [
        { key: "a", value: "b" },
        { key: " a ", value: "c" },
      ],
      "400 IMG.0115",
    ],
    ["delete", [{ key: "a" }, { key: "a" }], "400 IMG.0115"],
    ["delete", [{ key: "" }], "400 IMG.0115"],
    ["delete", [{ key: "k".repeat(128) }], "400 IMG.0115"],
    ["delete", [{ key: "k", value: "v".repeat(256) }], "400 IMG.0115"],
  ];
  for (const [name, tags, refusal] of refusals) {
    assert.equal(await world.call("POST", batch, action(name, tags)), refusal, JSON.stringify([name, tags]).slice(0, 100));
  }
  assert.equal(await world.call("POST", batch), "400 IMG.0007");
  assert.equal(await world.call("POST", batch, "[1"), "400 IMG.0001");
  assert.equal(await world.call("POST", batch, "[]"), "400 IMG.0001");
  assert.deepEqual(await world.tags(), ["env=test", "team=a", "new"]);
});

test("a deletion of tags ignores what is not there, and with a value takes only that value", async () => {
  await using world = await open({ tags: ["a=1", "b=2", "c=3", "d"] });
  const gone = [{ key: "a" }, { key: "b", value: "other" }, { key: "c", value: "3" }, { key: "k".repeat(127), value: "v".repeat(255) }];
  assert.equal(await world.call("POST", batch, action("delete", gone)), "204");
  assert.deepEqual(await world.tags(), ["b=2", "d"]);
  assert.equal(await world.call("DELETE", "/v1/demo/cloudimages/ID/tags/delete", { tags: [{ key: "b", value: "" }, { key: "d" }] }), "204");
  assert.deepEqual(await world.tags(), []);
  assert.equal(await world.call("DELETE", "/v1/demo/cloudimages/ID/tags/delete", { tags: [{ key: "b", value: "2" }] }), "204");
  assert.equal(await world.call("DELETE", "/v1/demo/cloudimages/ID/tags/delete"), "400 IMG.0007");
  assert.equal(await world.call("DELETE", "/v1/demo/cloudimages/ID/tags/delete", { tags: [] }), "400 IMG.0115");
});

test("R-191: the tenth tag is taken and the eleventh refused, a new value for a key that is there is not one more", async () => {
  await using world = await open();
  assert.equal(await world.call("POST", batch, action("create", tagsOf(9))), "204");
  assert.equal(await world.call("POST", "/v2/demo/images/ID/tags", { tag: { key: "tenth", value: "v" } }), "204");
  for (const [method, url, body] of [
    ["POST", "/v2/demo/images/ID/tags", { tag: { key: "k11", value: "v" } }],
    ["PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: "k11.v" }],
    ["POST", batch, action("create", [...tagsOf(9), { key: "k11", value: "v" }])],
    ["POST", batch, action("create", tagsOf(11))],
    ["PUT", "/v2/images/ID/tags/k11", undefined],
  ] as const) {
    assert.equal(await world.call(method, url, body), "400 IMG.0116");
  }
  assert.equal(await world.call("POST", batch, action("create", [{ key: "k0", value: "new" }])), "204");
  assert.equal(((await world.tags()) as string[]).length, 10);
});

test("R-191: an image that has more tags than are allowed today can lose some and change others", async () => {
  await using world = await open({ tags: tagsOf(4).map(({ key }) => key) }, { limits: { tags: { perImage: 2 } } });
  assert.equal(await world.call("POST", batch, action("create", [{ key: "k0", value: "new" }])), "204");
  assert.equal(await world.call("POST", batch, action("delete", [{ key: "k3" }])), "204");
  assert.equal(await world.call("POST", batch, action("create", [{ key: "k3", value: "v" }])), "400 IMG.0116");
  assert.deepEqual(await world.tags(), ["k0=new", "k1", "k2"]);
});

test("R-191: of 50 writers at once exactly so many succeed as there is room for", async () => {
  await using world = await open({ tags: ["one"] });
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) => world.call("POST", "/v2/demo/images/ID/tags", { tag: { key: `k${index}`, value: "v" } })),
  );
  assert.equal(outcomes.filter((status) => status === "204").length, 9);
  assert.equal(outcomes.filter((status) => status === "400 IMG.0116").length, 41);
  assert.equal(((await world.tags()) as string[]).length, 10);
});

test("R-190: of 50 writers of one key one has the last word", async () => {
  await using world = await open();
  const outcomes = await Promise.all(
    Array.from({ length: 50 }, (_, index) => world.call("PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: `key.v${index}` })),
  );
  assert.deepEqual(new Set(outcomes), new Set(["204"]));
  const tags = (await world.tags()) as string[];
  assert.equal(tags.length, 1);
  assert.match(tags[0] ?? "", /^key=v\d+$/);
});

test("R-190: native tags are one text without =, a key without a value", async () => {
  await using world = await open({ tags: ["env=prod"] });
  const longest = "长".repeat(255);
  assert.equal(await world.call("PUT", `/v2/images/ID/tags/${encodeURIComponent(longest)}`), "204");
  assert.equal(await world.call("PUT", "/v2/images/ID/tags/a.b%20c"), "204");
  assert.equal(await world.call("PUT", "/v2/images/ID/tags/a.b%20c"), "204");
  assert.deepEqual(await world.tags(), ["env=prod", longest, "a.b c"]);
  assert.equal(await world.call("DELETE", "/v2/images/ID/tags/a.b%20c"), "204");
  assert.equal(await world.call("DELETE", "/v2/images/ID/tags/a.b%20c"), "404 IMG.0086");
  assert.equal(await world.call("DELETE", "/v2/images/ID/tags/env"), "404 IMG.0086");
  for (const tag of [`${longest}长`, "a=b", "a%00b", "a%0Ab", "%C2%85"]) {
    const text = encodeURI(tag).replaceAll("%25", "%");
    assert.equal(await world.call("PUT", `/v2/images/ID/tags/${text}`), "400 IMG.0115", tag.slice(0, 20));
    assert.equal(await world.call("DELETE", `/v2/images/ID/tags/${text}`), "400 IMG.0115", tag.slice(0, 20));
  }
  assert.equal(await world.call("PUT", "/v2/images/ID/tags/env"), "204");
  assert.deepEqual(await world.tags(), ["env", longest]);
});

test("R-190: what Terraform does to change tags, taking all old ones off and giving all new ones, ends with the new ones", async () => {
  await using world = await open();
  const { server, image } = world;
  const path = `/v2/demo/images/${image.id}/tags`;
  const send = (name: string, tags: object[]) => server.call("POST", `${path}/action`, `${JSON.stringify(action(name, tags))}\n`);
  assert.equal(
    (
      await send("create", [
        { key: "foo", value: "bar" },
        { key: "key", value: "value" },
      ])
    ).statusCode,
    204,
  );
  const old = (await server.call("GET", path)).json<{ tags: object[] }>().tags;
  assert.equal((await send("delete", old)).statusCode, 204);
  assert.deepEqual((await server.call("GET", path)).json(), { tags: [] });
  const created = await send("create", [
    { key: "foo", value: "bar_update" },
    { key: "new", value: "" },
  ]);
  assert.equal(created.statusCode, 204);
  assert.equal(created.body, "");
  const shown = (await server.call("GET", path)).json<{ tags: { key: string; value: string }[] }>();
  assert.deepEqual(Object.fromEntries(shown.tags.map(({ key, value }) => [key, value])), { foo: "bar_update", new: "" });
});

test("R-005: a public image of another project is tagged by nobody but its owner and an administrator", async () => {
  await using world = await open({ visibility: "public" });
  const put = { image_id: world.image.id, tag: "a.b" };
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", put, alt), "400 IMG.0047");
  assert.equal(await world.call("PUT", "/v2/images/ID/tags/x", undefined, alt), "400 IMG.0047");
  assert.equal(await world.call("DELETE", "/v2/alt/images/ID/tags/a", undefined, alt), "400 IMG.0047");
  assert.equal(await world.call("PUT", "/v1/cloudimages/tags", put, administrator), "204");
  assert.deepEqual(await world.tags(), ["a=b"]);
  assert.equal(await world.call("GET", "/v2/alt/images/ID/tags", undefined, alt), "200");
});

test("another project's image has no tags to see or change, and an address names the own project", async () => {
  await using world = await open({ tags: ["a=b"] });
  for (const [method, url, body] of [
    ["PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: "a.b" }],
    ["POST", "/v2/alt/images/ID/tags", { tag: { key: "a" } }],
    ["DELETE", "/v2/alt/images/ID/tags/a", undefined],
    ["GET", "/v2/alt/images/ID/tags", undefined],
    ["POST", "/v2/alt/images/ID/tags/action", action("delete", [{ key: "a" }])],
    ["DELETE", "/v1/alt/cloudimages/ID/tags/delete", { tags: [{ key: "a" }] }],
    ["PUT", "/v2/images/ID/tags/x", undefined],
    ["DELETE", "/v2/images/ID/tags/a", undefined],
  ] as const) {
    assert.equal(await world.call(method, url, body, alt), "404 IMG.0027", url);
    if (url.includes("/alt/")) {
      assert.equal(await world.call(method, url, body, demo), "400 IMG.0030", url);
    }
  }
  assert.equal(await world.call("GET", "/v2/demo/images/tags", undefined, alt), "400 IMG.0030");
  assert.equal(await world.call("POST", "/v2/demo/images/resource_instances/action", { action: "count" }, alt), "400 IMG.0030");
  assert.deepEqual((await world.server.call("GET", "/v2/alt/images/tags", undefined, alt)).json(), { tags: [] });
  assert.deepEqual(await world.tags(), ["a=b"]);
});

test("a reader sees tags and changes none", async () => {
  await using world = await open({ tags: ["a=b"] });
  assert.equal(await world.call("GET", "/v2/demo/images/ID/tags", undefined, reader), "200");
  assert.equal(await world.call("GET", "/v1/cloudimages/tags", undefined, reader), "200");
  assert.equal(await world.call("POST", batch, action("delete", [{ key: "a" }]), reader), "403 IMG.0026");
  assert.equal(await world.call("PUT", "/v2/images/ID/tags/x", undefined, reader), "403 IMG.0026");
});

test("R-190: images are tagged once they are registered or active, not while they are made or when that failed", async () => {
  for (const [status, expected] of [
    ["queued", "204"],
    ["active", "204"],
    ["saving", "400 IMG.0046"],
    ["killed", "400 IMG.0046"],
  ] as const) {
    await using world = await open({ status });
    assert.equal(await world.call("PUT", "/v1/cloudimages/tags", { image_id: world.image.id, tag: "a.b" }), expected, status);
  }
});

test("R-190: the tags of a project are its keys, each with all of its values", async () => {
  await using world = await open({ tags: ["env=prod", "lone"] });
  await world.server.world.addImage("demo", disk, { tags: ["env=test", "env2", "lone=x"] });
  await world.server.world.addImage("alt", disk, { tags: ["theirs"], visibility: "public" });
  const answer = (await world.server.call("GET", "/v2/demo/images/tags")).json<object>();
  assert.deepEqual([...Value.Errors(ProjectTagsAnswer, answer)], []);
  assert.deepEqual(answer, {
    tags: [
      { key: "env", values: ["prod", "test"] },
      { key: "env2", values: [""] },
      { key: "lone", values: ["", "x"] },
    ],
  });
});

test("R-190: the tags of the images that a query selects come once each, in pages where they are asked for", async () => {
  await using world = await open({ tags: ["b", "a=1"], name: "one" });
  await world.server.world.addImage("demo", disk, { tags: ["b", "c"], name: "two" });
  await world.server.world.addImage("alt", disk, { tags: ["public"], visibility: "public" });
  await world.server.world.addImage("alt", disk, { tags: ["hidden"] });
  const list = async (query: string) => (await world.server.call("GET", `/v1/cloudimages/tags${query}`)).json<{ tags: string[] }>();
  const all = await list("");
  assert.deepEqual([...Value.Errors(TagTextsAnswer, all)], []);
  assert.deepEqual(all, { tags: ["a=1", "b", "c", "public"] });
  assert.deepEqual(await list("?name=two"), { tags: ["b", "c"] });
  assert.deepEqual(await list("?__imagetype=private"), { tags: ["a=1", "b", "c"] });
  assert.deepEqual(await list("?__imagetype=private&limit=2"), { tags: ["a=1", "b"] });
  assert.deepEqual(await list("?__imagetype=private&limit=2&page=2"), { tags: ["c"] });
  assert.deepEqual(await list("?__imagetype=private&limit=2&page=3"), { tags: [] });
  for (const query of ["?limit=0", "?limit=x", "?page=0", "?page=-1", "?limit=1&page=1e3", "?status=none", "?page=1&page=2"]) {
    assert.equal(await world.call("GET", `/v1/cloudimages/tags${query}`), "400 IMG.0017", query);
  }
});
