import assert from "node:assert/strict";
import { test } from "node:test";
import { newJob } from "@tintype/jobs/new-job.ts";
import { ImageV2 } from "@tintype/contract/image-v2/images.ts";
import { Value } from "typebox/value";
import { DeclaredServer } from "./declared-setup.ts";
import { administrator, alt, demo, reader } from "./ims-server.ts";

const id = "3b2a8f0e-0000-4000-8000-00000000abcd";

test("an image of nothing has the defaults of the Image API, and null where nothing is known", async () => {
  await using server = await DeclaredServer.open();
  const answer = await server.call("POST", "", demo, {});
  assert.equal(answer.statusCode, 201);
  const { id, created_at: createdAt, updated_at: updatedAt, ...image } = answer.json<ImageV2>();
  assert.match(id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(updatedAt, createdAt);
  assert.deepEqual(image, {
    name: null,
    status: "queued",
    visibility: "shared",
    protected: false,
    os_hidden: false,
    owner: "demo",
    size: null,
    virtual_size: null,
    checksum: null,
    os_hash_algo: null,
    os_hash_value: null,
    disk_format: null,
    container_format: null,
    min_disk: 0,
    min_ram: 0,
    tags: [],
    self: `/v2/images/${id}`,
    file: `/v2/images/${id}/file`,
    schema: "/v2/schemas/image",
    locations: [],
  });
  assert.ok(Value.Check(ImageV2, answer.json()));
  assert.match(String(answer.headers["location"]), new RegExp(`^http://.*/image/v2/images/${id}$`));
  assert.notEqual(answer.headers["openstack-image-import-methods"], undefined);
  assert.deepEqual(await server.show(id), answer.json());
});

test("an image is what it is declared to be, and its properties stand beside", async () => {
  await using server = await DeclaredServer.open();
  const declared = {
    id: id.toUpperCase(),
    name: "web-数据",
    visibility: "community",
    protected: true,
    os_hidden: true,
    owner: "demo",
    disk_format: "zvhd2",
    container_format: "bare",
    min_disk: 2_147_483_647,
    min_ram: 512,
    tags: ["b", "a=1", "b"],
    description: "words",
    kernel_id: null,
    hw_disk_bus: "scsi",
    __proto: "x",
  };
  const { kernel_id: _, ...expected } = declared;
  const shown = await server.create(declared);
  assert.deepEqual({ ...shown, ...expected, id, tags: ["b", "a=1"] }, shown);
  assert.equal("kernel_id" in shown, false);
  assert.equal((await server.ims.world.catalog.images.get(id as never))?.description, "words");
});

const refusals: readonly (readonly [status: number, body: object])[] = [
  [400, []],
  [400, { name: "x".repeat(256) }],
  [400, { name: 5 }],
  [400, { name: "a\u0000b" }],
  [400, { tags: "x" }],
  [400, { tags: ["x".repeat(256)] }],
  [400, { visibility: "hidden" }],
  [400, { visibility: null }],
  [400, { protected: "true" }],
  [400, { min_ram: -1 }],
  [400, { min_ram: 2_147_483_648 }],
  [400, { min_disk: 1.5 }],
  [400, { id: "no-uuid" }],
  [400, { disk_format: "floppy" }],
  [400, { container_format: "box" }],
  [400, { kernel_id: "no-uuid" }],
  [400, { cinder_encryption_key_deletion_policy: "maybe" }],
  [400, { free: 5 }],
  [400, { free: null }],
  [400, { ["k".repeat(256)]: "v" }],
  [400, { "": "v" }],
  ...["direct_url", "self", "file", "schema", "stores"].map((name) => [403, { [name]: "x" }] as const),
  ...["created_at", "updated_at", "status", "checksum", "size", "virtual_size", "os_hash_algo", "os_hash_value"].map(
    (name) => [403, { [name]: "x" }] as const,
  ),
  ...["location", "locations", "deleted", "deleted_at", "os_glance_foo", "os_glance_import_task", "__os_type"].map(
    (name) => [403, { [name]: "x" }] as const,
  ),
  [403, { owner: "alt" }],
  [403, { visibility: "public" }],
];

test("what an image cannot be declared to be is refused, and makes nothing", async (context) => {
  await using server = await DeclaredServer.open();
  for (const [status, body] of refusals) {
    await context.test(`${JSON.stringify(body).slice(0, 60)} → ${status}`, async () => {
      const answer = await server.call("POST", "", demo, body);
      assert.equal(answer.statusCode, status, answer.body);
      assert.deepEqual(Object.keys(answer.json()), ["message", "code", "title"]);
      assert.match(answer.json<{ code: string }>().code, new RegExp(`^${status} `));
    });
  }
  for (const body of ["", "{", "null", '"x"']) {
    assert.equal((await server.ims.call("POST", "/image/v2/images", body, demo)).statusCode, 400, body);
  }
  assert.equal(await server.names(""), "");
});

test("OSSN-0075: an id that a client chose never names a second image, also after the first one is gone", async () => {
  await using server = await DeclaredServer.open();
  await server.create({ id });
  assert.equal(await server.refused({ id }), 409);
  assert.equal(await server.refused({ id }, alt), 409);
  assert.equal(await server.refused({ id: id.toUpperCase() }), 409);
  assert.equal(await server.status("DELETE", `/${id}`), 204);
  assert.equal(await server.refused({ id }), 409);
  assert.equal(await server.refused({ id }, alt), 409);
  assert.equal(await server.status("GET", `/${id}`), 404);
  const made = await server.create();
  assert.equal(await server.status("DELETE", `/${made.id}`), 204);
  assert.equal(await server.refused({ id: made.id }), 409);
});

test("OSSN-0057: quotas of images, tags and properties are answered with 413, at the limit and not below it", async () => {
  const limits = { images: { perProject: 2 }, imageApi: { tagsPerImage: 2 }, properties: { perImage: 2 } };
  await using server = await DeclaredServer.open({ limits });
  assert.equal(await server.refused({ tags: ["a", "b", "c"] }), 413);
  assert.equal(await server.refused({ a: "1", b: "2", c: "3" }), 413);
  const image = await server.create({ tags: ["a", "b"], a: "1", b: "2" });
  assert.equal((await server.patch(image.id, [{ op: "add", path: "/c", value: "3" }])).statusCode, 413);
  assert.equal((await server.patch(image.id, [{ op: "replace", path: "/tags", value: ["a", "b", "c"] }])).statusCode, 413);
  assert.equal(await server.status("PUT", `/${image.id}/tags/c`), 413);
  assert.equal(await server.status("PUT", `/${image.id}/tags/a`), 204);
  await server.create();
  assert.equal(await server.refused({}), 413);
  assert.equal(await server.refused({}, alt), 201);
});

test("administrators make images for others, public ones, and those of a project that nobody knows", async () => {
  await using server = await DeclaredServer.open();
  const image = await server.create({ owner: "alt", name: "given" }, administrator);
  assert.equal(image["owner"], "alt");
  assert.equal((await server.show(image.id, alt))["name"], "given");
  assert.equal((await server.create({ owner: "nobody-here" }, administrator))["owner"], "nobody-here");
  const shown = await server.create({ visibility: "public", name: "for all" }, administrator);
  assert.equal((await server.show(shown.id, demo))["visibility"], "public");
  const [change] = await server.ims.world.catalog.publicImageChanges.list({ limit: 5 });
  assert.deepEqual([change?.imageId, change?.change], [shown.id, "published"]);
});

test("a reader sees images and changes none", async () => {
  await using server = await DeclaredServer.open();
  const image = await server.create({ name: "seen", tags: ["t"] });
  assert.equal(await server.names("", reader), "seen");
  assert.equal(await server.status("GET", `/${image.id}`, reader), 200);
  assert.equal(await server.status("GET", `/${image.id}/members`, reader), 200);
  assert.equal(await server.refused({}, reader), 403);
  assert.equal((await server.patch(image.id, [], reader)).statusCode, 403);
  for (const [method, path] of [
    ["GET", "/file"],
    ["PUT", "/file"],
    ["DELETE", ""],
    ["PUT", "/tags/x"],
    ["DELETE", "/tags/t"],
    ["POST", "/actions/deactivate"],
    ["POST", "/actions/reactivate"],
    ["PUT", "/members/alt"],
    ["DELETE", "/members/alt"],
  ] as const) {
    assert.equal(
      await server.status(method, `/${image.id}${path}`, reader, path === "/members/alt" ? { status: "accepted" } : undefined),
      403,
      path,
    );
  }
  assert.equal(await server.status("POST", `/${image.id}/members`, reader, { member: "alt" }), 403);
});

test("CVE-2012-4573, CVE-2012-5482: an image that is not visible is not there for any call; one that is visible and another's is forbidden", async () => {
  await using server = await DeclaredServer.open();
  const image = await server.create({ visibility: "private" });
  const statuses = async () => [
    await server.status("GET", `/${image.id}`, alt),
    (await server.patch(image.id, [{ op: "replace", path: "/name", value: "x" }], alt)).statusCode,
    await server.status("DELETE", `/${image.id}`, alt),
    await server.status("PUT", `/${image.id}/tags/x`, alt),
    await server.status("DELETE", `/${image.id}/tags/x`, alt),
    await server.status("POST", `/${image.id}/actions/deactivate`, alt),
    await server.status("GET", `/${image.id}/members`, alt),
    await server.status("POST", `/${image.id}/members`, alt, { member: "alt" }),
  ];
  assert.deepEqual(await statuses(), [404, 404, 404, 404, 404, 404, 404, 404]);
  await server.patch(image.id, [{ op: "replace", path: "/visibility", value: "community" }]);
  assert.deepEqual(await statuses(), [200, 403, 403, 403, 403, 403, 403, 403]);
  assert.equal(await server.status("GET", "/", demo), 404);
  assert.equal(await server.status("DELETE", "/", demo), 404);
  assert.equal(await server.status("GET", "/nobody", demo), 404);
});

test("a protected image is not deleted until it is so no more, and a deleted one is gone", async () => {
  await using server = await DeclaredServer.open();
  const image = await server.create({ protected: true });
  assert.equal(await server.status("DELETE", `/${image.id}`), 403);
  await server.patch(image.id, [{ op: "replace", path: "/protected", value: false }]);
  assert.equal(await server.status("DELETE", `/${image.id}`), 204);
  assert.equal(await server.status("DELETE", `/${image.id}`), 404);
});

test("an image is deleted in every state with its content, unless a task works on it", async () => {
  await using server = await DeclaredServer.open();
  const { world } = server.ims;
  for (const status of ["queued", "saving", "uploading", "importing", "active", "deactivated", "killed"] as const) {
    const image = await world.addImage("demo", Buffer.alloc(1024, 1), { status, origin: undefined });
    assert.equal(await server.status("DELETE", `/${image.id}`, demo, { delete_backup: true }), 204, status);
    assert.equal(await world.catalog.images.get(image.id), undefined);
  }
  assert.deepEqual(await world.contents(), []);
  const busy = await world.addImage("demo", Buffer.alloc(1024, 1));
  const job = { id: "1".repeat(32), kind: "someJob", projectId: "demo", subjectId: busy.id, input: {}, now: world.clock.now() };
  await world.catalog.jobs.insert(newJob(job));
  assert.equal(await server.status("DELETE", `/${busy.id}`), 409);
  const begun = await world.addImage("demo", Buffer.alloc(1024, 1), { status: "saving" });
  assert.equal(await server.status("DELETE", `/${begun.id}`), 409);
});

test("OSSN-0015: a public image is changed and deleted by operators alone, whoever owns it", async () => {
  await using server = await DeclaredServer.open();
  const image = await server.create({ name: "mine" });
  const visibility = (value: string) => [{ op: "replace", path: "/visibility", value }];
  assert.equal((await server.patch(image.id, visibility("public"))).statusCode, 403);
  assert.equal((await server.patch(image.id, visibility("public"), administrator)).statusCode, 200);
  assert.equal((await server.patch(image.id, visibility("private"))).statusCode, 403);
  assert.equal((await server.patch(image.id, [{ op: "replace", path: "/name", value: "x" }])).statusCode, 403);
  assert.equal(await server.status("DELETE", `/${image.id}`), 403);
  assert.equal(await server.status("DELETE", `/${image.id}`, administrator), 204);
});

test("an image is put out of use and into use by its owner, again and again, once it has content", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.ims.world.addImage("demo", Buffer.alloc(1024, 1), { visibility: "community" });
  const act = async (action: string, caller = demo) => await server.status("POST", `/${id}/actions/${action}`, caller);
  assert.deepEqual([await act("deactivate"), await act("deactivate")], [204, 204]);
  assert.equal((await server.show(id))["status"], "deactivated");
  assert.equal(await act("reactivate", alt), 403);
  assert.deepEqual([await act("reactivate"), await act("reactivate")], [204, 204]);
  assert.equal((await server.show(id))["status"], "active");
  const queued = await server.create();
  assert.equal(await server.status("POST", `/${queued.id}/actions/deactivate`), 403);
  assert.equal(await server.status("POST", `/${queued.id}/actions/reactivate`), 403);
});

test("tags are put on and taken off one by one", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create({ tags: ["a"] });
  const tag = (text: string) => `/${id}/tags/${encodeURIComponent(text)}`;
  assert.equal(await server.status("PUT", tag("k=v/标 签")), 204);
  assert.equal(await server.status("PUT", tag("a")), 204);
  assert.deepEqual((await server.show(id))["tags"], ["a", "k=v/标 签"]);
  assert.equal(await server.status("PUT", tag("x".repeat(255))), 204);
  assert.equal(await server.status("PUT", tag("x".repeat(256))), 400);
  assert.equal(await server.status("DELETE", tag("a")), 204);
  assert.equal(await server.status("DELETE", tag("a")), 404);
  assert.deepEqual((await server.show(id))["tags"], ["k=v/标 签", "x".repeat(255)]);
});
