import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { NativeImagesAnswer } from "@tintype/contract/ims/native-images.ts";
import { OldImagesAnswer } from "@tintype/contract/ims/old-images.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(1);

interface NativeList {
  readonly images: readonly Record<string, unknown>[];
  readonly first: string;
  readonly next?: string;
  readonly schema: string;
}

async function serverWith(count: number, fields: Partial<ImageRecord> = {}): Promise<ImsServer> {
  const server = await ImsServer.open();
  for (let index = 0; index < count; index += 1) {
    server.world.clock.advance(1000);
    await server.world.addImage("demo", disk, { name: `image-${index}`, ...fields });
  }
  return server;
}

async function nativeList(server: ImsServer, address: string): Promise<NativeList> {
  const answer = await server.call("GET", address);
  assert.equal(answer.statusCode, 200, answer.body);
  const list = answer.json<NativeList>();
  assert.deepEqual([...Value.Errors(NativeImagesAnswer, list)], []);
  return list;
}

test("R-308: an image is the same in both sets of interfaces", async () => {
  await using server = await serverWith(1);
  const [extension] = await server.list();
  const { images } = await nativeList(server, "/v2/images");
  const shown = await server.call("GET", `/v2/images/${String(extension?.["id"])}`);
  assert.deepEqual(images, [{ ...extension, _sys_enterprise_project_id: "0" }]);
  assert.deepEqual(shown.json(), extension);
});

test("a native list has 25 images on a page, and tells where the first and the next page are", async () => {
  await using server = await serverWith(30);
  const list = await nativeList(server, "/v2/images");
  assert.equal(list.images.length, 25);
  assert.equal(list.schema, "/v2/schemas/images");
  assert.equal(list.first, "/v2/images?__isregistered=true");
  assert.equal(list.next, `/v2/images?__isregistered=true&marker=${String(list.images.at(-1)?.["id"])}`);
  const rest = await nativeList(server, list.next);
  assert.equal(rest.images.length, 5);
  assert.equal(rest.next, undefined);
  assert.equal(rest.first, list.first);
});

test("the addresses of pages carry the whole query, and following them meets every image once", async () => {
  await using server = await serverWith(7, { tags: ["a=b", "c"], platform: "Oracle Linux" });
  const asked = "/v2/images?limit=2&sort_key=name&sort_dir=asc&tag=a%3Db&tag=c&__platform=Oracle%20Linux";
  const seen: unknown[] = [];
  for (let address: string | undefined = asked; address !== undefined;) {
    const list: NativeList = await nativeList(server, address);
    assert.equal(list.first, "/v2/images?__isregistered=true&limit=2&sort_key=name&sort_dir=asc&tag=a%3Db&tag=c&__platform=Oracle+Linux");
    seen.push(...list.images.map(({ name }) => name));
    address = list.next;
  }
  assert.deepEqual(seen, ["image-0", "image-1", "image-2", "image-3", "image-4", "image-5", "image-6"]);
});

test("a native change takes both forms of edits, and changes name, description and free attributes", async () => {
  await using server = await serverWith(1);
  const [image] = await server.list();
  const path = `/v2/images/${String(image?.["id"])}`;
  const patch = async (body: unknown, type = "application/json") => await server.call("PATCH", path, JSON.stringify(body), demo, type);
  const newer = await patch([
    { op: "replace", path: "/name", value: "newer" },
    { op: "add", path: "/__description", value: "d" },
    { op: "add", path: "/free", value: "x" },
  ]);
  assert.equal(newer.statusCode, 200, newer.body);
  const older = await patch(
    [{ replace: "/name", value: "older" }, { add: "/more", value: "y" }, { remove: "/free" }],
    "application/openstack-images-v2.0-json-patch",
  );
  assert.equal(older.statusCode, 200, older.body);
  const { name, __description, free, more } = older.json<Record<string, unknown>>();
  assert.deepEqual({ name, __description, free, more }, { name: "older", __description: "d", free: undefined, more: "y" });
});

for (const [title, refusal, body] of [
  ["a memory bound", "400 IMG.0105", [{ op: "replace", path: "/min_ram", value: 1 }]],
  ["the boot mode", "400 IMG.0105", [{ op: "replace", path: "/hw_firmware_type", value: "uefi" }]],
  ["a feature", "400 IMG.0105", [{ op: "add", path: "/__support_xen", value: "true" }]],
  ["the status", "400 IMG.0105", [{ op: "replace", path: "/status", value: "queued" }]],
  ["what is not there", "400 IMG.0035", [{ remove: "/free" }]],
  ["nothing", "400 IMG.0001", [{ value: "x" }]],
  ["two things in one edit", "400 IMG.0001", [{ add: "/a", remove: "/b", value: "x" }]],
  ["a path that is no text", "400 IMG.0001", [{ replace: 1, value: "x" }]],
] as const) {
  test(`a native change of ${title} is refused with ${refusal}`, async () => {
    await using server = await serverWith(1);
    const [image] = await server.list();
    const answer = await server.call("PATCH", `/v2/images/${String(image?.["id"])}`, JSON.stringify(body));
    assert.equal(refusalOf(answer), refusal, answer.body);
  });
}

test("edits of a media type that is none of theirs are refused", async () => {
  await using server = await serverWith(1);
  const [image] = await server.list();
  for (const path of [`/v2/images/${String(image?.["id"])}`, `/v2/cloudimages/${String(image?.["id"])}`]) {
    const answer = await server.call("PATCH", path, '[{"op":"replace","path":"/name","value":"x"}]', demo, "text/xml");
    assert.equal(refusalOf(answer), "400 IMG.0001");
  }
});

test("R-309: the schemas say what the native interface shows", async () => {
  await using server = await ImsServer.open();
  const schemaOf = async (name: string) =>
    (await server.call("GET", `/v2/schemas/${name}`)).json<{
      name: string;
      properties: Record<string, Record<string, unknown>>;
      links?: unknown[];
    }>();
  const image = await schemaOf("image");
  assert.equal(image.name, "image");
  assert.deepEqual(image.links, [
    { href: "{self}", rel: "self" },
    { href: "{file}", rel: "enclosure" },
    { href: "{schema}", rel: "describedby" },
  ]);
  assert.deepEqual(image.properties["status"]?.["enum"], ["queued", "saving", "active", "killed", "deleted", "pending_delete"]);
  assert.deepEqual(image.properties["visibility"]?.["enum"], ["public", "private"]);
  assert.equal(image.properties["name"]?.["maxLength"], 255);
  assert.equal(image.properties["os_distro"]?.["is_base"], false);
  const images = await schemaOf("images");
  assert.deepEqual(images.properties["images"]?.["items"], image);
  assert.equal(images.links?.length, 3);
  const member = await schemaOf("member");
  assert.deepEqual(Object.keys(member.properties).toSorted(), ["created_at", "image_id", "member_id", "schema", "status", "updated_at"]);
  assert.deepEqual((await schemaOf("members")).properties["members"]?.["items"], member);
});

test("R-309: the versions are told to anyone, with the status of a choice", async () => {
  await using server = await ImsServer.open();
  const answer = await server.app.inject({ method: "GET", url: "/", headers: { host: "ims.example:80" } });
  assert.equal(answer.statusCode, 300);
  assert.ok(answer.headers["x-request-id"]);
  const { versions } = answer.json<{ versions: { id: string; status: string; links: unknown[] }[] }>();
  assert.deepEqual(
    versions.map(({ id, status }) => `${id} ${status}`),
    ["v2.2 CURRENT", "v2.1 SUPPORTED", "v2.0 SUPPORTED", "v1.1 DEPRECATED", "v1.0 DEPRECATED"],
  );
  assert.deepEqual(versions[0]?.links, [{ href: "http://ims.example:80/v2/", rel: "self" }]);
  for (const [path, id] of [
    ["/v2", "v2.0"],
    ["/v2.2", "v2.2"],
    ["/v1", "v1.0"],
    ["/v1.1", "v1.1"],
  ]) {
    const one = await server.app.inject({ method: "GET", url: path ?? "" });
    assert.equal(one.statusCode, 300);
    assert.deepEqual(
      one.json<{ versions: { id: string }[] }>().versions.map((version) => version.id),
      [id],
    );
  }
  assert.equal((await server.app.inject({ method: "GET", url: "/v9" })).statusCode, 404);
});

test("R-310: version 1.1 lists images with the attributes of its time, and selects by them", async () => {
  await using server = await serverWith(2, { properties: { free: "x" } });
  await server.world.addImage("alt", disk, { name: "public", visibility: "public", status: "active", diskFormat: "raw" });
  const listOf = async (query: string) => {
    const answer = await server.call("GET", `/v1.1/images/detail${query}`);
    assert.equal(answer.statusCode, 200, answer.body);
    const body = answer.json<{ images: Record<string, unknown>[] }>();
    assert.deepEqual([...Value.Errors(OldImagesAnswer, body)], []);
    return body.images;
  };
  const namesOf = async (query: string) => (await listOf(query)).map(({ name }) => name).join(" ");
  const [image] = await listOf("?name=image-1");
  assert.ok(image);
  const { id: _, properties, ...shown } = image;
  assert.deepEqual(shown, {
    name: "image-1",
    status: "active",
    owner: "demo",
    size: 2,
    virtual_size: null,
    checksum: "99914b932bd37a50b983c5e7c90ae93b",
    min_ram: 0,
    min_disk: 40,
    container_format: "bare",
    disk_format: "zvhd2",
    is_public: false,
    protected: false,
    deleted: false,
    deleted_at: null,
    created_at: "2026-01-02T03:04:07.678000",
    updated_at: "2026-01-02T03:04:07.678000",
  });
  const { free, __os_type } = properties as Record<string, unknown>;
  assert.deepEqual({ free, __os_type }, { free: "x", __os_type: "Linux" });
  assert.equal(await namesOf(""), "public image-1 image-0");
  assert.equal(await namesOf("?disk_format=raw"), "public");
  assert.equal(await namesOf("?status=queued"), "");
  assert.equal(await namesOf("?size_min=2&size_max=2"), "public image-1 image-0");
  assert.equal(await namesOf("?size_min=3"), "");
  assert.equal(await namesOf("?size_max=1"), "");
  assert.equal(await namesOf("?changes-since=2026-01-02T03:04:07"), "public image-1");
  assert.equal(await namesOf("?changes-since=2026-01-02T04:04:07%2B01:00"), "public image-1");
  assert.equal(refusalOf(await server.call("GET", "/v1.1/images/detail?changes-since=today")), "400 IMG.0017");
  assert.equal(refusalOf(await server.call("GET", "/v1.1/images/detail?size_min=-1")), "400 IMG.0017");
});

test("R-310: version 1 shows an image in headers", async () => {
  await using server = await serverWith(1, { name: "镜像 1", properties: { Free_attr: "x", "no header": "y", lines: "a\r\nb: c" } });
  const [image] = await server.list();
  const path = `/v1/images/${String(image?.["id"])}`;
  const { statusCode, headers, body } = await server.call("HEAD", path);
  assert.equal(statusCode, 200);
  assert.equal(body, "");
  assert.equal(headers["content-length"], "0");
  assert.equal(headers["etag"], "99914b932bd37a50b983c5e7c90ae93b");
  assert.equal(headers["x-image-meta-id"], image?.["id"]);
  assert.equal(Buffer.from(String(headers["x-image-meta-name"]), "latin1").toString("utf8"), "镜像 1");
  assert.equal(headers["x-image-meta-is_public"], "False");
  assert.equal(headers["x-image-meta-deleted"], "False");
  assert.equal(headers["x-image-meta-min_disk"], "40");
  assert.equal(headers["x-image-meta-created_at"], "2026-01-02T03:04:06.678000");
  assert.equal(headers["x-image-meta-property-free_attr"], "x");
  assert.equal(headers["x-image-meta-property-lines"], "a  b: c");
  assert.equal(headers["x-image-meta-property-no header"], undefined);
  assert.equal((await server.call("HEAD", path, undefined, alt)).statusCode, 404);
});

test("R-310: version 1.1 deletes as version 2 does", async () => {
  await using server = await serverWith(1);
  const [image] = await server.list();
  const path = `/v1.1/images/${String(image?.["id"])}`;
  assert.equal(refusalOf(await server.call("DELETE", path, undefined, alt)), "404 IMG.0027");
  const answer = await server.call("DELETE", path);
  assert.equal(answer.statusCode, 204);
  assert.equal(answer.body, "");
  assert.deepEqual(await server.list(), []);
});
