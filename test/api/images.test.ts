import assert from "node:assert/strict";
import { test } from "node:test";
import { Value } from "typebox/value";
import { ImsImage } from "@tintype/contract/ims/ims-image.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { principalOf, sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(1);

async function serverWithImage(fields: Partial<ImageRecord> = {}): Promise<{ server: ImsServer; image: ImageRecord; path: string }> {
  const server = await ImsServer.open();
  const image = await server.world.addImage("demo", disk, fields);
  return { server, image, path: `/v2/cloudimages/${image.id}` };
}

const patchOf = (op: string, path: string, value?: unknown) => [{ op, path, value }];

test("every attribute of an image that was imported has the type that clients assert", async () => {
  await using server = await ImsServer.open();
  await server.world.addFile("demo", "files:disk.raw", disk);
  await server.importFile({
    name: "web-1",
    description: "d",
    image_url: "files:disk.raw",
    min_disk: 40,
    max_ram: 4096,
    tags: ["env.prod"],
  });
  const [image] = await server.list();
  assert.ok(image);
  const { id, ...shown } = image;
  assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  assert.deepEqual(shown, {
    name: "web-1",
    status: "active",
    owner: "demo",
    visibility: "private",
    protected: false,
    container_format: "bare",
    disk_format: "zvhd2",
    min_disk: 40,
    min_ram: 0,
    max_ram: "4096",
    size: 2,
    checksum: "99914b932bd37a50b983c5e7c90ae93b",
    virtual_size: null,
    file: `/v2/images/${String(id)}/file`,
    self: `/v2/images/${String(id)}`,
    schema: "/v2/schemas/image",
    tags: ["env=prod"],
    created_at: "2026-01-02T03:04:05Z",
    updated_at: "2026-01-02T03:04:05Z",
    active_at: "2026-01-02T03:04:05Z",
    virtual_env_type: "FusionCompute",
    enterprise_project_id: "0",
    hw_firmware_type: "bios",
    __image_source_type: "uds",
    __imagetype: "private",
    __isregistered: "true",
    __image_size: shown["__image_size"],
    __os_type: "Linux",
    __os_bit: "64",
    __os_version: "Other_Linux (64_bit)",
    __platform: "Other",
    __description: "d",
    __originalimagename: "",
    __backup_id: "",
    __productcode: "",
    __data_origin: "file,files:disk.raw",
    __root_origin: "file",
    __lazyloading: "true",
    __support_kvm: "true",
    __os_feature_list: '{"nic_hotplug":"true","disk_hotplug":"true"}',
    __system_support_market: true,
  });
  assert.match(String(shown["__image_size"]), /^[1-9]\d*$/);
});

test("what is listed, shown and answered to a change is the same object, and fits its schema", async () => {
  const { server, image, path } = await serverWithImage({ properties: { free: "attribute" } });
  await using _ = server;
  const [listed] = await server.list(`?id=${image.id}`);
  const shown = await server.call("GET", `/v2/images/${image.id}`);
  assert.deepEqual(shown.json(), listed);
  const changed = await server.call("PATCH", path, patchOf("replace", "/name", "image"));
  assert.deepEqual(changed.json(), listed);
  assert.deepEqual([...Value.Errors(ImsImage, listed)], []);
});

test("another project's image does not exist: it is not listed, and 404 for everything else", async () => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  assert.deepEqual(await server.list("", alt), []);
  assert.deepEqual(await server.list(`?id=${image.id}`, alt), []);
  assert.deepEqual(await server.list("?owner=demo", alt), []);
  assert.equal(refusalOf(await server.call("GET", `/v2/images/${image.id}`, undefined, alt)), "404 IMG.0027");
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("replace", "/name", "x"), alt)), "404 IMG.0027");
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`, undefined, alt)), "404 IMG.0027");
  const target = { bucket_url: "b-b:o", file_format: "qcow2" };
  assert.equal(refusalOf(await server.call("POST", `/v1/cloudimages/${image.id}/file`, target, alt)), "404 IMG.0027");
  const none = await server.call("GET", "/v2/images/00000000-0000-7000-8000-000000000000", undefined, alt);
  const theirs = await server.call("GET", `/v2/images/${image.id}`, undefined, alt);
  assert.equal(theirs.body.replace(image.id, ""), none.body.replace("00000000-0000-7000-8000-000000000000", ""));
});

test("a reader sees the images of its project and changes none", async () => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  assert.equal((await server.list("", reader)).length, 1);
  assert.equal((await server.call("GET", `/v2/images/${image.id}`, undefined, reader)).statusCode, 200);
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("replace", "/name", "x"), reader)), "403 IMG.0026");
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`, undefined, reader)), "403 IMG.0026");
});

test("without a role in the project nothing is allowed", async () => {
  const { server } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await server.call("GET", "/v2/cloudimages", undefined, { project: "demo", roles: ["auditor"] })), "403 IMG.0026");
});

test("an administrator reaches every project's images, and lists its own unless it names others", async () => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  assert.deepEqual(await server.list("", administrator), []);
  assert.equal((await server.list(`?id=${image.id}`, administrator)).length, 1);
  assert.equal((await server.list("?owner=demo", administrator)).length, 1);
  assert.equal((await server.call("PATCH", path, patchOf("replace", "/name", "x"), administrator)).statusCode, 200);
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`, undefined, administrator)).statusCode, 204);
});

test("pages by marker meet every image once, and the page after the last is empty", async () => {
  await using server = await ImsServer.open();
  const ids = [];
  for (let index = 0; index < 5; index += 1) {
    ids.unshift((await server.world.addImage("demo", disk)).id);
    server.world.clock.advance(1000);
  }
  const seen: unknown[] = [];
  for (let marker = ""; ; marker = `&marker=${String(seen.at(-1))}`) {
    const page = await server.list(`?limit=2${marker}`);
    if (page.length === 0) {
      break;
    }
    seen.push(...page.map(({ id }) => id));
  }
  assert.deepEqual(seen, ids);
  assert.deepEqual(await server.list("?limit=0"), []);
});

test("filters select, and sorting sorts", async () => {
  await using server = await ImsServer.open();
  const { world } = server;
  const a = await world.addImage("demo", disk, { name: "a", osType: "Windows", platform: "Windows", tags: ["env=prod"], minDiskGiB: 50 });
  const b = await world.addImage("demo", disk, { name: "b", status: "saving", architecture: "arm", properties: { __support_s4l: "true" } });
  const c = await world.addImage("alt", disk, { name: "c", visibility: "public", createdAt: Date.UTC(2020, 0, 1), kind: "data" });
  const idsOf = async (query: string) => (await server.list(query)).map(({ id }) => String(id)).toSorted();
  const expect = async (query: string, ...images: ImageRecord[]) =>
    assert.deepEqual(await idsOf(query), images.map(({ id }) => id).toSorted(), query);
  await expect("", a, b, c);
  await expect(`?id=${a.id}`, a);
  await expect("?id=nobody");
  await expect("?name=b", b);
  await expect("?status=active", a, c);
  await expect("?status=deleted");
  await expect("?__imagetype=private", a, b);
  await expect("?__imagetype=gold", c);
  await expect("?__imagetype=market");
  await expect("?__imagetype=gold&visibility=private");
  await expect("?visibility=public&protected=false", c);
  await expect("?owner=demo", a, b);
  await expect("?__os_type=Windows", a);
  await expect("?__platform=Windows&status=active", a);
  await expect("?tag=env", a);
  await expect("?tag=env=prod", a);
  await expect("?tag=env&tag=other");
  await expect("?min_disk=50", a);
  await expect("?architecture=arm", b);
  await expect("?__support_s4l=true", b);
  await expect("?virtual_env_type=DataImage", c);
  await expect("?created_at=lt:2021-01-01T00:00:00Z", c);
  await expect("?created_at=gte:2021-01-01%2000:00:00", a, b);
  await expect("?enterprise_project_id=all_granted_eps", a, b, c);
  await expect("?enterprise_project_id=5f5f");
  await expect("?visibility=shared&member_status=accepted");
  await expect("?something_unknown=1", a, b, c);
  const names = async (query: string) => (await server.list(query)).map(({ name }) => name);
  assert.deepEqual(await names("?sort_key=name&sort_dir=asc"), ["a", "b", "c"]);
  assert.deepEqual(await names("?sort_key=name"), ["c", "b", "a"]);
  assert.deepEqual(await names("?sort_key=created_at&sort_dir=asc&limit=1"), ["c"]);
  assert.deepEqual(await names("?protected=false&sort_key=name&sort_dir=asc&limit=2"), ["a", "b"]);
  assert.deepEqual(await names(`?protected=false&sort_key=name&sort_dir=asc&limit=2&marker=${b.id}`), ["c"]);
});

for (const query of [
  "?limit=-1",
  "?limit=ten",
  "?marker=nobody",
  "?status=asleep",
  "?__imagetype=silver",
  "?visibility=hidden",
  "?sort_key=colour",
  "?sort_dir=up",
  "?created_at=yesterday",
  "?created_at=gt:2026-13-45T00:00:00Z",
  "?min_disk=much",
  "?min_ram=-1",
  "?protected=perhaps",
  "?virtual_env_type=Xen",
  "?architecture=riscv",
  "?__os_type=BeOS",
  "?__os_bit=16",
  "?__image_size=5",
  "?__isregistered=maybe",
  "?member_status=accepted",
  "?visibility=shared&member_status=maybe",
  "?name=a&name=b",
]) {
  test(`the query ${query} is refused with IMG.0017`, async () => {
    await using server = await ImsServer.open();
    assert.equal(refusalOf(await server.call("GET", `/v2/cloudimages${query}`)), "400 IMG.0017");
  });
}

test("a description is added after IMG.0035 said that there is none, then replaced and removed", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("replace", "/__description", "x"))), "400 IMG.0035");
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("remove", "/__description"))), "400 IMG.0035");
  assert.equal(
    (await server.call("PATCH", path, patchOf("add", "/__description", "x"))).json<Record<string, unknown>>()["__description"],
    "x",
  );
  assert.equal(
    (await server.call("PATCH", path, patchOf("replace", "/__description", "y"))).json<Record<string, unknown>>()["__description"],
    "y",
  );
  const removed = await server.call("PATCH", path, [{ op: "remove", path: "/__description", value: null }]);
  assert.ok(!("__description" in removed.json<object>()));
});

test("a free attribute behaves likewise", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("replace", "/hw_vif_multiqueue_enabled", "true"))), "400 IMG.0035");
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("remove", "/hw_vif_multiqueue_enabled"))), "400 IMG.0035");
  const added = await server.call("PATCH", path, patchOf("add", "/hw_vif_multiqueue_enabled", true));
  assert.equal(added.json<Record<string, unknown>>()["hw_vif_multiqueue_enabled"], "true");
  const removed = await server.call("PATCH", path, patchOf("remove", "/hw_vif_multiqueue_enabled"));
  assert.ok(!("hw_vif_multiqueue_enabled" in removed.json<object>()));
  const odd = await server.call("PATCH", path, '[{"op":"add","path":"/__proto__","value":"x"},{"op":"add","path":"/a~1b~0c","value":""}]');
  assert.equal(odd.statusCode, 200);
  assert.match(odd.body, /"__proto__":"x"/);
  assert.equal(odd.json<Record<string, unknown>>()["a/b~c"], "");
});

test("several edits apply together, or none", async () => {
  const { server, path, image } = await serverWithImage();
  await using _ = server;
  server.world.clock.advance(60_000);
  const project = { id: "5f5f", name: "p", description: "", kind: "prod", enabled: true, createdAt: 0, updatedAt: 0 } as const;
  await server.world.catalog.enterpriseProjects.insert({ ...project, domainId: principalOf("demo").domainId });
  const good = await server.call("PATCH", path, [
    { op: "replace", path: "/name", value: "quick" },
    { op: "add", path: "/__description", value: "d" },
    { op: "replace", path: "/hw_firmware_type", value: "uefi" },
    { op: "replace", path: "/min_ram", value: 1024 },
    { op: "replace", path: "/max_ram", value: "2048" },
    { op: "replace", path: "/enterprise_project_id", value: "5f5f" },
  ]);
  const shown = good.json<Record<string, unknown>>();
  const { name, __description, hw_firmware_type, min_ram, max_ram, enterprise_project_id, updated_at } = shown;
  assert.deepEqual(
    { name, __description, hw_firmware_type, min_ram, max_ram, enterprise_project_id, updated_at },
    {
      name: "quick",
      __description: "d",
      hw_firmware_type: "uefi",
      min_ram: 1024,
      max_ram: "2048",
      enterprise_project_id: "5f5f",
      updated_at: "2026-01-02T03:05:05Z",
    },
  );
  const bad = await server.call("PATCH", path, [
    { op: "replace", path: "/name", value: "other" },
    { op: "remove", path: "/nothing" },
  ]);
  assert.equal(refusalOf(bad), "400 IMG.0035");
  assert.equal((await server.world.catalog.images.get(image.id))?.name, "quick");
});

test("a memory bound that is taken away falls back to none", async () => {
  const { server, path } = await serverWithImage({ maxRamMiB: 4096 });
  await using _ = server;
  const shown = (await server.call("PATCH", path, patchOf("remove", "/max_ram"))).json<Record<string, unknown>>();
  assert.equal(shown["max_ram"], "0");
});

test("every content type that clients name for a patch is taken", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  for (const type of ["application/json", "application/json;charset=utf-8", "application/openstack-images-v2.1-json-patch"]) {
    const answer = await server.call("PATCH", path, JSON.stringify(patchOf("replace", "/name", "typed")), demo, type);
    assert.equal(answer.statusCode, 200, type);
  }
});

const edits: readonly [title: string, refusal: string, body: unknown][] = [
  ["an empty name", "400 IMG.0013", patchOf("replace", "/name", "")],
  ["taking the name away", "400 IMG.0013", patchOf("remove", "/name")],
  ["a name that is too long", "400 IMG.0002", patchOf("replace", "/name", "n".repeat(129))],
  ["a name with a tab", "400 IMG.0003", patchOf("replace", "/name", "a\tb")],
  ["a description with a line break", "400 IMG.0054", patchOf("add", "/__description", "a\nb")],
  ["a negative memory bound", "400 IMG.0055", patchOf("replace", "/min_ram", -1)],
  ["a memory bound in words", "400 IMG.0055", patchOf("replace", "/max_ram", "much")],
  ["a max_ram below min_ram", "400 IMG.0055", [...patchOf("replace", "/min_ram", 10), ...patchOf("replace", "/max_ram", 5)]],
  ["a boot mode that does not exist", "400 IMG.0141", patchOf("replace", "/hw_firmware_type", "openfirmware")],
  ["an enterprise project that is no id", "400 IMG.0155", patchOf("replace", "/enterprise_project_id", "a b")],
  ["the status", "400 IMG.0105", patchOf("replace", "/status", "queued")],
  ["the size of the disk", "400 IMG.0105", patchOf("replace", "/min_disk", 1)],
  ["the operating system", "400 IMG.0105", patchOf("replace", "/__os_version", "x")],
  ["a key for encryption", "400 IMG.0105", patchOf("add", "/__system__cmkid", "x")],
  ["an attribute with a value of 1025 characters", "400 IMG.0105", patchOf("add", "/free", "x".repeat(1025))],
  ["129 attributes", "400 IMG.0105", Array.from({ length: 129 }, (_, index) => ({ op: "add", path: `/a${index}`, value: "" }))],
  ["a value that is an object", "400 IMG.0001", patchOf("add", "/free", {})],
  ["a path without a slash", "400 IMG.0001", patchOf("add", "free", "x")],
  ["a path that goes deeper", "400 IMG.0001", patchOf("add", "/tags/0", "x")],
  ["an operation that does not exist", "400 IMG.0001", patchOf("move", "/name", "x")],
  ["no operation", "400 IMG.0001", []],
  ["an object instead of a list", "400 IMG.0001", { name: "x" }],
  ["no JSON", "400 IMG.0001", "[{"],
  ["nothing", "400 IMG.0007", ""],
];

test("edits that are not allowed are refused by their own code and change nothing", async (suite) => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  for (const [title, refusal, body] of edits) {
    await suite.test(`${title}: ${refusal}`, async () => {
      const answer = await server.call("PATCH", path, typeof body === "string" ? body : JSON.stringify(body));
      assert.equal(refusalOf(answer), refusal, answer.body);
    });
  }
  assert.deepEqual(await server.world.catalog.images.get(image.id), image);
});

test("R-076: an ARM image keeps booting with UEFI", async () => {
  const { server, path } = await serverWithImage({ architecture: "arm", firmware: "uefi" });
  await using _ = server;
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("replace", "/hw_firmware_type", "bios"))), "400 IMG.0141");
});

test("of a data disk image only name and description change", async () => {
  const { server, path } = await serverWithImage({ kind: "data" });
  await using _ = server;
  assert.equal((await server.call("PATCH", path, patchOf("replace", "/name", "x"))).statusCode, 200);
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("replace", "/min_ram", 1))), "400 IMG.0168");
});

test("a public image of another project can be seen and not touched", async () => {
  const { server, image, path } = await serverWithImage({ visibility: "public" });
  await using _ = server;
  assert.equal((await server.call("GET", `/v2/images/${image.id}`, undefined, alt)).json<Record<string, unknown>>()["__imagetype"], "gold");
  assert.equal(refusalOf(await server.call("PATCH", path, patchOf("replace", "/name", "x"), alt)), "400 IMG.0047");
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`, undefined, alt)), "400 IMG.0092");
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`)), "400 IMG.0094");
});

test("R-199, R-201: a deleted image is gone from the list at once, with its bytes and its place in the quota", async () => {
  const { server, image } = await serverWithImage();
  await using _ = server;
  const answer = await server.call("DELETE", `/v2/images/${image.id}`);
  assert.equal(answer.statusCode, 204);
  assert.equal(answer.body, "");
  assert.deepEqual(await server.list(`?id=${image.id}`), []);
  assert.deepEqual(await server.world.contents(), []);
  assert.equal(await server.world.catalog.images.count(image.projectId), 0);
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`)), "404 IMG.0027");
});

test("a deletion may carry a body, an empty one too", async () => {
  const { server, image } = await serverWithImage();
  await using _ = server;
  const second = await server.world.addImage("demo", disk);
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`, "")).statusCode, 204);
  assert.equal((await server.call("DELETE", `/v2/images/${second.id}`, '{"delete_backup":false}')).statusCode, 204);
});

test("a protected image is not deleted", async () => {
  const { server, image } = await serverWithImage({ protected: true });
  await using _ = server;
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`)), "400 IMG.0091");
});

test("R-217: the quota tells what the caller's project has and may have", async () => {
  const { server } = await serverWithImage();
  await using _ = server;
  const quotaOf = async (caller = demo) =>
    (await server.call("GET", "/v1/cloudimages/quota", undefined, caller)).json<{ quotas: { resources: unknown[] } }>().quotas.resources;
  assert.deepEqual((await quotaOf())[0], { type: "image", used: 1, quota: 50, min: 1, max: 1_000_000 });
  assert.deepEqual((await quotaOf(alt))[0], { type: "image", used: 0, quota: 50, min: 1, max: 1_000_000 });
});
