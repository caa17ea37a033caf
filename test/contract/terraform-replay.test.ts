import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ContractWorld, owner, partner } from "./contract-world.ts";
import { at, textAt } from "./ims-caller.ts";
import { TerraformClient, TerraformError } from "./terraform-client.ts";

const content = sampleDisk(2);
let world: ContractWorld;
let mine: TerraformClient;
let theirs: TerraformClient;

before(async () => {
  world = await ContractWorld.open();
  mine = new TerraformClient(world.url, owner);
  theirs = new TerraformClient(world.url, partner);
  await using disk = await openRaw(new MemorySource(content));
  const zvhd2 = await Array.fromAsync(toStream(await convertDisk(disk, { format: "zvhd2", target: "stream" })), (piece) =>
    Buffer.from(piece),
  );
  await world.putFile(owner, "tf-files", "disk.raw", content);
  await world.putFile(owner, "tf-files", "disk.zvhd2", Buffer.concat(zvhd2));
  await world.putFile(owner, "tf-files", "setup.iso", smallIso());
});

after(async () => {
  await world[Symbol.asyncDispose]();
});

/** The least that is an ISO 9660 file: a primary volume descriptor and the end of the set. */
function smallIso(): Buffer {
  const iso = Buffer.alloc(40 * 2048);
  iso.writeUInt8(1, 16 * 2048);
  iso.write("CD001", 16 * 2048 + 1, "latin1");
  iso.writeUInt8(1, 16 * 2048 + 6);
  iso.write("SETUP".padEnd(32), 16 * 2048 + 40, "latin1");
  iso.writeUInt32LE(40, 16 * 2048 + 80);
  iso.writeUInt32BE(40, 16 * 2048 + 84);
  iso.writeUInt16LE(2048, 16 * 2048 + 128);
  iso.writeUInt16BE(2048, 16 * 2048 + 130);
  iso.writeUInt8(255, 17 * 2048);
  iso.write("CD001", 17 * 2048 + 1, "latin1");
  iso.writeUInt8(1, 17 * 2048 + 6);
  return iso;
}

async function create(path: string, body: object): Promise<string> {
  return textAt(await mine.waitForJob(await mine.call("POST", path, body)), "entities.image_id");
}

/** What the acceptance tests of the provider assert of an image. */
async function assertImage(id: string, wanted: Readonly<Record<string, unknown>>): Promise<void> {
  const image = await mine.readImage(id);
  for (const [name, value] of Object.entries({
    status: "active",
    min_ram: 0,
    max_ram: "0",
    __isregistered: "true",
    enterprise_project_id: "0",
    ...wanted,
  })) {
    assert.deepEqual(at(image, name), value, `${name} of ${JSON.stringify(image)}`);
  }
  for (const name of [
    "visibility",
    "__imagetype",
    "file",
    "self",
    "schema",
    "created_at",
    "updated_at",
    "active_at",
    "__image_size",
    "__data_origin",
    "disk_format",
  ]) {
    assert.notEqual(at(image, name), undefined, name);
  }
}

/** One attribute at a time; an attribute that is missing is added after the refusal. */
async function change(id: string, name: string, value: unknown): Promise<void> {
  try {
    await mine.call("PATCH", `/v2/cloudimages/${id}`, [{ op: "replace", path: `/${name}`, value }], { only: [200] });
  } catch (error) {
    assert.ok(error instanceof TerraformError && error.code === "IMG.0035", String(error));
    await mine.call("PATCH", `/v2/cloudimages/${id}`, [{ op: "add", path: `/${name}`, value }], { only: [200] });
  }
}

async function tagsOf(id: string): Promise<Readonly<Record<string, string>>> {
  const tags = at(await mine.call("GET", `/v2/${mine.projectId}/images/${id}/tags`), "tags") as { key: string; value: string }[];
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

async function changeTags(id: string, wanted: Readonly<Record<string, string>>): Promise<void> {
  const path = `/v2/${mine.projectId}/images/${id}/tags/action`;
  const toList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([key, value]) => ({ key, value }));
  const only = { only: [200, 202, 204] };
  const old = toList(await tagsOf(id));
  if (old.length > 0) {
    await mine.call("POST", path, { action: "delete", tags: old }, only);
  }
  await mine.call("POST", path, { action: "create", tags: toList(wanted) }, only);
}

test("huaweicloud_ims_obs_system_image: created, read, changed attribute by attribute, retagged, moved and deleted", async () => {
  const id = await create("/v2/cloudimages/action", {
    name: "tf-system",
    image_url: "tf-files:disk.raw",
    min_disk: 40,
    description: "",
    is_config: true,
    os_version: "Ubuntu 18.04 server 64bit",
    image_tags: [{ key: "foo", value: "bar" }],
  });
  await assertImage(id, { __data_origin: "file,tf-files:disk.raw", min_disk: 40, __os_type: "Linux", __platform: "Ubuntu" });
  assert.deepEqual(await tagsOf(id), { foo: "bar" });
  await change(id, "name", "tf-system-2");
  await change(id, "__description", "made by a plan");
  await change(id, "max_ram", 4096);
  await change(id, "min_ram", 1024);
  await changeTags(id, { foo: "baz", key: "value" });
  const image = await mine.readImage(id);
  assert.deepEqual(
    [at(image, "name"), at(image, "__description"), at(image, "max_ram"), at(image, "min_ram")],
    ["tf-system-2", "made by a plan", "4096", 1024],
  );
  assert.deepEqual(await tagsOf(id), { foo: "baz", key: "value" });
  await moveToEnterpriseProject(id);
  await mine.deleteImage(id);
});

async function moveToEnterpriseProject(id: string): Promise<void> {
  const made = await mine.call("POST", "/v1.0/enterprise-projects", { name: "tf-project" });
  const eps = textAt(made, "enterprise_project.id");
  const body = { resource_type: "images", resource_id: id, project_id: mine.projectId };
  await mine.call("POST", `/v1.0/enterprise-projects/${eps}/resources-migrate`, body, { only: [204] });
  const found: string[] = [];
  for (let offset = 0; ; offset += 1000) {
    const filter = { projects: [mine.projectId], resource_types: ["images"], limit: 1000, offset };
    const page = at(await mine.call("POST", `/v1.0/enterprise-projects/${eps}/resources/filter`, filter), "resources") as {
      resource_id: string;
    }[];
    found.push(...page.map((resource) => resource.resource_id));
    if (page.length === 0) {
      break;
    }
  }
  assert.deepEqual(found, [id]);
  assert.equal(at(await mine.readImage(id), "enterprise_project_id"), eps);
}

test("huaweicloud_ims_obs_iso_image: an ISO image is of the format iso", async () => {
  const id = await create("/v2/cloudimages/action", {
    name: "tf-iso",
    image_url: "tf-files:setup.iso",
    min_disk: 40,
    os_version: "Windows Server 2019 Standard 64bit",
    type: "IsoImage",
    description: "",
  });
  await assertImage(id, { disk_format: "iso", virtual_env_type: "IsoImage", __data_origin: "file,tf-files:setup.iso" });
  await mine.deleteImage(id);
});

test("huaweicloud_ims_obs_data_image: a data disk comes from a file", async () => {
  const id = await create("/v1/cloudimages/dataimages/action", {
    name: "tf-data",
    image_url: "tf-files:disk.raw",
    min_disk: 40,
    os_type: "Linux",
    description: "",
  });
  await assertImage(id, { virtual_env_type: "DataImage", __data_origin: "file,tf-files:disk.raw" });
  await change(id, "name", "tf-data-2");
  await mine.deleteImage(id);
});

test("huaweicloud_ims_quickimport_system_image and _data_image: several attributes change in one patch", async () => {
  const system = await create("/v2/cloudimages/quickimport/action", {
    name: "tf-quick",
    os_version: "CentOS 7.4 64bit",
    image_url: "tf-files:disk.zvhd2",
    min_disk: 40,
    type: "ECS",
    description: "",
  });
  await assertImage(system, { __os_type: "Linux", __platform: "CentOS" });
  await mine.call("PATCH", `/v2/cloudimages/${system}`, [
    { op: "replace", path: "/name", value: "tf-quick-2" },
    { op: "add", path: "/__description", value: "x" },
    { op: "replace", path: "/hw_firmware_type", value: "uefi" },
  ]);
  const image = await mine.readImage(system);
  assert.deepEqual([at(image, "name"), at(image, "hw_firmware_type")], ["tf-quick-2", "uefi"]);
  const data = await create("/v2/cloudimages/quickimport/action", {
    name: "tf-quick-data",
    image_url: "tf-files:disk.zvhd2",
    min_disk: 40,
    type: "DataImage",
    os_type: "Linux",
  });
  await assertImage(data, { virtual_env_type: "DataImage" });
  await mine.deleteImage(system);
  await mine.deleteImage(data);
});

test("huaweicloud_images_image_copy: memory and tags are set after the copy", async () => {
  const source = await create("/v2/cloudimages/action", {
    name: "tf-source",
    image_url: "tf-files:disk.raw",
    min_disk: 40,
    description: "",
  });
  const copy = textAt(
    await mine.waitForJob(await mine.call("POST", `/v1/cloudimages/${source}/copy`, { name: "tf-copy", description: "" })),
    "entities.image_id",
  );
  await change(copy, "max_ram", 4096);
  await change(copy, "min_ram", 1024);
  await changeTags(copy, { key: "value" });
  assert.deepEqual([at(await mine.readImage(copy), "max_ram"), await tagsOf(copy)], ["4096", { key: "value" }]);
  await mine.deleteImage(copy);
  await mine.deleteImage(source);
});

test("huaweicloud_images_image_share and _accepter: shared, accepted, listed, rejected, taken back", async () => {
  const id = await create("/v2/cloudimages/action", { name: "tf-shared", image_url: "tf-files:disk.raw", min_disk: 40, description: "" });
  const body = { images: [id], projects: [partner.projectId] };
  await mine.waitForJob(await mine.call("POST", "/v1/cloudimages/members", body, { only: [200] }));
  const answer = (status: string) => ({ images: [id], project_id: partner.projectId, status });
  await theirs.waitForJob(await theirs.call("PUT", "/v1/cloudimages/members", answer("accepted"), { only: [200] }));
  const members = await mine.call("GET", `/v1/${mine.projectId}/cloudimages/${id}/members`);
  assert.deepEqual([at(members, "members.0.member_type"), at(members, "members.0.status")], ["project", "accepted"]);
  assert.ok(at(members, "page_info") !== undefined);
  const recipe = "/v2/cloudimages?member_status=accepted&visibility=shared&__imagetype=shared";
  assert.equal(at(await theirs.call("GET", recipe), "images.0.id"), id);
  await theirs.waitForJob(await theirs.call("PUT", "/v1/cloudimages/members", answer("rejected"), { only: [200] }));
  assert.deepEqual(at(await theirs.call("GET", recipe), "images"), []);
  await mine.waitForJob(await mine.call("DELETE", "/v1/cloudimages/members", body, { only: [200] }));
  await mine.deleteImage(id);
});

test("huaweicloud_ims_image_metadata, _registration and _export: metadata, its file, and the file again", async () => {
  const id = textAt(await mine.call("POST", "/v2/images", { name: "tf-metadata", __os_version: "CentOS 7.4 64bit", min_disk: 40 }), "id");
  assert.equal(at(await mine.readImage(id), "status"), "queued");
  const registered = await mine.waitForJob(await mine.call("PUT", `/v1/cloudimages/${id}/upload`, { image_url: "tf-files:disk.raw" }));
  assert.equal(at(registered, "entities.image_id"), id);
  await assertImage(id, {});
  for (const version of ["v1", "v2.1"]) {
    const body = { bucket_url: `tf-files:${version}.qcow2`, file_format: "qcow2" };
    await mine.waitForJob(await mine.call("POST", `/${version}/cloudimages/${id}/file`, body));
  }
  await mine.deleteImage(id);
});

test("data sources: images with markers to the empty page, systems, quotas, tags, images by tags", async () => {
  const ids = [];
  for (const name of ["tf-list-1", "tf-list-2", "tf-list-3"]) {
    ids.push(
      await create("/v2/cloudimages/action", {
        name,
        image_url: "tf-files:disk.raw",
        min_disk: 40,
        description: "",
        image_tags: [{ key: "list", value: "yes" }],
      }),
    );
  }
  const query = "status=active&enterprise_project_id=all_granted_eps&__imagetype=private&sort_key=name&sort_dir=asc&limit=2";
  const seen: string[] = [];
  for (let marker = ""; ;) {
    const page = at(await mine.call("GET", `/v2/cloudimages?${query}${marker}`), "images") as { id: string; name: string }[];
    if (page.length === 0) {
      break;
    }
    seen.push(...page.map(({ name }) => name));
    marker = `&marker=${page.at(-1)?.id}`;
  }
  assert.deepEqual(seen, ["tf-list-1", "tf-list-2", "tf-list-3"]);
  assert.ok(Array.isArray(await mine.call("GET", "/v1/cloudimages/os_version?tag=x86&tag=uefi")));
  assert.equal(at(await mine.call("GET", "/v1/cloudimages/quota"), "quotas.resources.0.used"), 3);
  assert.deepEqual(at(await mine.call("GET", `/v2/${mine.projectId}/images/tags`), "tags"), [{ key: "list", values: ["yes"] }]);
  const filter = (offset: string) => ({ action: "filter", limit: "1000", offset, tags: [{ key: "list", values: ["yes"] }] });
  const path = `/v2/${mine.projectId}/images/resource_instances/action`;
  assert.equal((at(await mine.call("POST", path, filter("0")), "resources") as unknown[]).length, 3);
  assert.deepEqual(at(await mine.call("POST", path, filter("1000")), "resources"), []);
  for (const id of ids) {
    await mine.deleteImage(id);
  }
});

test("resources whose sources do not exist fail with a code, not with a job", async () => {
  const nothing = "00000000-0000-4000-8000-000000000000";
  for (const [path, body] of [
    ["/v2/cloudimages/action", { name: "tf", instance_id: nothing, description: "" }],
    ["/v2/cloudimages/action", { name: "tf", volume_id: nothing, os_version: "CentOS 7.4 64bit", type: "ECS", description: "" }],
    ["/v2/cloudimages/action", { data_images: [{ name: "tf", volume_id: nothing, description: "", image_tags: null }] }],
    ["/v1/cloudimages/wholeimages/action", { name: "tf", instance_id: nothing, vault_id: nothing, description: "" }],
    ["/v1/cloudimages/wholeimages/action", { name: "tf", backup_id: nothing, whole_image_type: "CBR", description: "" }],
  ] as const) {
    await assert.rejects(
      mine.call("POST", path, body),
      (error) => error instanceof TerraformError && /^IMG\.\d{4}$/.test(String(error.code)),
    );
  }
});
