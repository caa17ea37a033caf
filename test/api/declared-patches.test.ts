import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import * as fc from "fast-check";
import { DeclaredServer } from "./declared-setup.ts";
import { administrator, demo } from "./ims-server.ts";

test("both forms of a patch change what they name, all at once, and nothing else", async () => {
  await using server = await DeclaredServer.open();
  const before = await server.create({ name: "a", free: "1", gone: "x", tags: ["t"], disk_format: "raw" });
  server.ims.world.clock.advance(5000);
  const answer = await server.patch(before.id, [
    { op: "replace", path: "/name", value: "b" },
    { op: "add", path: "/min_ram", value: 7 },
    { op: "add", path: "/new~1one~0", value: "2" },
    { op: "replace", path: "/free", value: "" },
    { op: "remove", path: "/gone" },
    { op: "replace", path: "/tags", value: ["u", "v", "u"] },
    { op: "replace", path: "/disk_format", value: null },
    { op: "replace", path: "/os_hidden", value: true },
    { op: "add", path: "/description", value: "words" },
  ]);
  assert.equal(answer.statusCode, 200, answer.body);
  const { gone: _, ...kept } = before;
  const after = answer.json<typeof before>();
  const changed = {
    name: "b",
    min_ram: 7,
    "new/one~": "2",
    free: "",
    tags: ["u", "v"],
    disk_format: null,
    os_hidden: true,
    description: "words",
  };
  assert.deepEqual(after, { ...kept, ...changed, updated_at: after["updated_at"] });
  assert.notEqual(after["updated_at"], before["updated_at"]);
  const older = await server.olderPatch(before.id, [
    { replace: "/name", value: "c" },
    { remove: "/free" },
    { add: "/free", value: "again" },
    { remove: "/description" },
  ]);
  assert.equal(older.statusCode, 200, older.body);
  const { description: __, ...rest } = { ...after, name: "c", free: "again" };
  assert.deepEqual(older.json(), { ...rest, updated_at: older.json<typeof before>()["updated_at"] });
});

test("a patch of nothing, or of what is so already, changes nothing", async () => {
  await using server = await DeclaredServer.open();
  const before = await server.create({ name: "a", free: "1" });
  server.ims.world.clock.advance(5000);
  assert.deepEqual((await server.patch(before.id, [])).json(), before);
  assert.deepEqual((await server.patch(before.id, [{ op: "add", path: "/name", value: "a" }])).json(), before);
});

test("the two forms differ in what adding to something does", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create({ free: "1" });
  assert.equal((await server.patch(id, [{ op: "add", path: "/free", value: "2" }])).statusCode, 200);
  assert.equal((await server.patch(id, [{ op: "add", path: "/name", value: "n" }])).statusCode, 200);
  assert.equal((await server.olderPatch(id, [{ add: "/free", value: "3" }])).statusCode, 409);
  assert.equal((await server.olderPatch(id, [{ add: "/name", value: "n" }])).statusCode, 409);
  assert.equal((await server.olderPatch(id, [{ add: "/other", value: "3" }])).statusCode, 200);
});

const edit = (op: string, path: string, value?: unknown) => [{ op, path, ...(value !== undefined && { value }) }];

const refusals: readonly (readonly [status: number, body: unknown])[] = [
  [400, {}],
  [400, "x"],
  [400, [1]],
  [400, [{}]],
  [400, [{ op: "test", path: "/name", value: "x" }]],
  [400, [{ op: "move", path: "/name", from: "/free" }]],
  [400, [{ op: "copy", path: "/name", from: "/free" }]],
  [400, [{ op: "add" }]],
  [400, edit("add", "/name")],
  [400, edit("replace", "name", "x")],
  [400, edit("replace", "/name/", "x")],
  [400, edit("replace", "//name", "x")],
  [400, edit("replace", "/", "x")],
  [400, edit("replace", "", "x")],
  [400, edit("replace", "/na~2me", "x")],
  [400, edit("replace", "/free~", "x")],
  [400, edit("add", "/tags/0", "x")],
  [400, edit("replace", "/name", 5)],
  [400, edit("replace", "/free", 5)],
  [400, [{ op: "replace", path: "/free", value: null }]],
  [400, edit("replace", "/tags", "t")],
  [400, edit("replace", "/visibility", "none")],
  [400, edit("replace", "/min_disk", "1")],
  [400, edit("add", "/k", "a\u0000")],
  [403, edit("remove", "/name")],
  [403, edit("remove", "/tags")],
  [403, edit("replace", "/id", "3b2a8f0e-0000-4000-8000-00000000abcd")],
  [403, edit("replace", "/owner", "alt")],
  [403, edit("replace", "/visibility", "public")],
  ...[
    "status",
    "size",
    "checksum",
    "created_at",
    "updated_at",
    "virtual_size",
    "os_hash_algo",
    "os_hash_value",
    "self",
    "file",
    "schema",
    "stores",
    "direct_url",
  ].map((name) => [403, edit("replace", `/${name}`, "x")] as const),
  ...["location", "deleted", "deleted_at", "os_glance_foo"].map((name) => [403, edit("add", `/${name}`, "x")] as const),
  [400, edit("add", "/locations", "x")],
  [409, edit("replace", "/missing", "x")],
  [409, edit("remove", "/missing")],
];

test("what cannot be changed is refused, and leaves everything as it was", async (context) => {
  await using server = await DeclaredServer.open();
  const before = await server.create({ name: "a", free: "1" });
  for (const [status, body] of refusals) {
    await context.test(`${JSON.stringify(body).slice(0, 80)} → ${status}`, async () => {
      const whole = Array.isArray(body) ? [{ op: "replace", path: "/name", value: "half" }, ...(body as object[])] : body;
      const type = "application/openstack-images-v2.1-json-patch";
      const answer = await server.ims.call("PATCH", `/image/v2/images/${before.id}`, JSON.stringify(whole), demo, type);
      assert.equal(answer.statusCode, status, answer.body);
      assert.deepEqual(await server.show(before.id), before);
    });
  }
  assert.equal((await server.olderPatch(before.id, [{ replace: "/name", add: "/name", value: "x" }])).statusCode, 400);
  assert.equal((await server.olderPatch(before.id, [{ op: "replace", path: "/name", value: "x" }])).statusCode, 400);
});

test("other content types are refused with those that there are", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create();
  for (const type of ["application/json", "application/openstack-images-v2.2-json-patch", "text/plain"]) {
    const answer = await server.ims.call("PATCH", `/image/v2/images/${id}`, "[]", demo, type);
    assert.equal(answer.statusCode, 415);
    assert.match(String(answer.headers["accept-patch"]), /application\/openstack-images-v2\.1-json-patch,.*v2\.0-json-patch/);
  }
  const parametrised = "Application/OpenStack-images-v2.1-json-patch; charset=utf-8";
  const answer = await server.ims.call("PATCH", `/image/v2/images/${id}`, "[]", demo, parametrised);
  assert.deepEqual([answer.statusCode, answer.headers["accept-patch"]], [200, undefined]);
});

test("formats are fixed once there is content", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.ims.world.addImage("demo", Buffer.alloc(1024, 1), { diskFormat: "raw" });
  assert.equal((await server.patch(id, edit("replace", "/disk_format", "qcow2"))).statusCode, 403);
  assert.equal((await server.patch(id, edit("replace", "/container_format", "ova"))).statusCode, 403);
  assert.equal((await server.patch(id, edit("replace", "/disk_format", "raw"))).statusCode, 200);
});

test("an owner sets every visibility but public, and what must stay is not shown to all", async () => {
  await using server = await DeclaredServer.open();
  const { id } = await server.create();
  for (const visibility of ["private", "community", "shared"]) {
    const answer = await server.patch(id, edit("replace", "/visibility", visibility));
    assert.equal(answer.json<Record<string, unknown>>()["visibility"], visibility);
  }
  const { world } = server.ims;
  const sold = await world.addImage("demo", Buffer.alloc(1024, 1), { isPublished: true });
  const sealed: ImageRecord = { ...sold, isPublished: false, id: world.ids.uuid() as ImageId, encryption: { keyId: "k" } };
  await world.catalog.images.insert(sealed);
  const whole = await world.addImage("demo", Buffer.alloc(1024, 1), { kind: "whole" });
  for (const image of [sold, sealed, whole]) {
    assert.equal((await server.patch(image.id, edit("replace", "/visibility", "community"))).statusCode, 403);
    assert.equal((await server.patch(image.id, edit("replace", "/visibility", "shared"))).statusCode, 200);
    assert.equal(await server.status("POST", `/${image.id}/members`, demo, { member: "alt" }), 403);
  }
});

test("an administrator gives an image to another project, with its tags and if there is room", async () => {
  await using server = await DeclaredServer.open({ limits: { images: { perProject: 1 } } });
  const { id } = await server.create({ tags: ["t"], visibility: "private" });
  assert.equal((await server.patch(id, edit("replace", "/owner", "alt"), administrator)).statusCode, 200);
  assert.equal(await server.status("GET", `/${id}`, demo), 404);
  assert.equal(await server.names("?tag=t", { ...demo, project: "alt" }), "-");
  const other = await server.create();
  assert.equal((await server.patch(other.id, edit("replace", "/owner", "alt"), administrator)).statusCode, 413);
});

test("patches do what the same changes of a map do", async () => {
  await using server = await DeclaredServer.open();
  const name = fc.constantFrom("p", "q", "r", "__proto__", "constructor", "os_type");
  const step = fc.record({ op: fc.constantFrom("add", "replace", "remove"), name, value: fc.constantFrom("1", "2", "") });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
      const { id } = await server.create({ p: "0" });
      const expected = new Map([["p", "0"]]);
      let isRefused = false;
      for (const { op, name, value } of steps) {
        isRefused ||= op !== "add" && !expected.has(name);
        if (op === "remove") {
          expected.delete(name);
        } else {
          expected.set(name, value);
        }
      }
      const edits = steps.map(({ op, name, value }) => ({ op, path: `/${name}`, ...(op !== "remove" && { value }) }));
      const answer = await server.patch(id, edits);
      assert.equal(answer.statusCode, isRefused ? 409 : 200);
      const image = await server.ims.world.catalog.images.get(id as never);
      assert.deepEqual(new Map(Object.entries(image?.properties ?? {})), isRefused ? new Map([["p", "0"]]) : expected);
      await server.status("DELETE", `/${id}`);
    }),
    { numRuns: 40 },
  );
});
