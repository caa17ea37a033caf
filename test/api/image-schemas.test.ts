import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { ImsServer } from "./ims-server.ts";

interface Shown {
  readonly name: string;
  readonly properties: Readonly<Record<string, Record<string, unknown>>>;
  readonly links?: readonly { readonly rel: string; readonly href: string }[];
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
}

async function shown(server: ImsServer, path: string): Promise<Shown> {
  const answer = await server.call("GET", `/image/v2/schemas/${path}`);
  assert.equal(answer.statusCode, 200, path);
  return answer.json<Shown>();
}

const uuid = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";
const marked = ({ properties }: Shown, mark: string, value: unknown) =>
  Object.keys(properties)
    .filter((name) => properties[name]?.[mark] === value)
    .toSorted();

test("the schema of an image has the fields, limits and marks that clients rely on", async () => {
  await using server = await ImsServer.open();
  const image = await shown(server, "image");
  assert.equal(image.name, "image");
  assert.deepEqual(image.additionalProperties, { type: "string" });
  assert.deepEqual(marked(image, "readOnly", true), [
    "checksum",
    "created_at",
    "direct_url",
    "file",
    "os_hash_algo",
    "os_hash_value",
    "schema",
    "self",
    "size",
    "status",
    "updated_at",
    "virtual_size",
  ]);
  assert.deepEqual(marked(image, "is_base", false), [
    "architecture",
    "cinder_encryption_key_deletion_policy",
    "cinder_encryption_key_id",
    "description",
    "instance_uuid",
    "kernel_id",
    "os_distro",
    "os_version",
    "ramdisk_id",
  ]);
  const facts = (name: string) => {
    const field = { ...image.properties[name] };
    delete field["description"];
    return field;
  };
  const text = ["null", "string"];
  assert.deepEqual(facts("id"), { type: "string", pattern: uuid });
  assert.deepEqual(facts("name"), { type: text, maxLength: 255 });
  assert.deepEqual(facts("owner"), { type: text, maxLength: 255 });
  assert.deepEqual(facts("checksum"), { type: text, readOnly: true, maxLength: 32 });
  assert.deepEqual(facts("os_hash_algo"), { type: text, readOnly: true, maxLength: 64 });
  assert.deepEqual(facts("os_hash_value"), { type: text, readOnly: true, maxLength: 128 });
  assert.deepEqual(facts("tags"), { type: "array", items: { type: "string", maxLength: 255 } });
  assert.deepEqual(facts("visibility"), { type: "string", enum: ["community", "public", "private", "shared"] });
  assert.deepEqual(facts("status"), {
    type: "string",
    readOnly: true,
    enum: ["queued", "saving", "active", "killed", "deleted", "uploading", "importing", "pending_delete", "deactivated"],
  });
  assert.deepEqual(facts("container_format"), {
    type: text,
    enum: [null, "ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"],
  });
  const disks = facts("disk_format")["enum"] as readonly unknown[];
  assert.deepEqual(disks.slice(0, 12), [null, "ami", "ari", "aki", "vhd", "vhdx", "vmdk", "raw", "qcow2", "vdi", "iso", "ploop"]);
  for (const ours of ["zvhd", "zvhd2", "qed", "qcow"]) {
    assert.ok(disks.includes(ours), ours);
  }
  assert.deepEqual(facts("kernel_id"), { type: text, pattern: uuid, is_base: false });
  assert.deepEqual(facts("cinder_encryption_key_deletion_policy")["enum"], ["on_image_deletion", "do_not_delete"]);
  for (const name of ["min_ram", "min_disk"]) {
    assert.deepEqual(facts(name), { type: "integer" });
  }
  for (const name of ["protected", "os_hidden"]) {
    assert.deepEqual(facts(name), { type: "boolean" });
  }
  assert.deepEqual(image.links, [
    { rel: "self", href: "{self}" },
    { rel: "enclosure", href: "{file}" },
    { rel: "describedby", href: "{schema}" },
  ]);
  const images = await shown(server, "images");
  assert.deepEqual([images.name, Object.keys(images.properties).toSorted()], ["images", ["first", "images", "next", "schema"]]);
  assert.deepEqual(images.properties["images"], { type: "array", items: image });
  assert.deepEqual(
    images.links?.map(({ rel }) => rel),
    ["first", "next", "describedby"],
  );
});

test("the schemas of members and tasks have the fields that clients rely on", async () => {
  await using server = await ImsServer.open();
  const member = await shown(server, "member");
  assert.deepEqual(Object.keys(member.properties).toSorted(), ["created_at", "image_id", "member_id", "schema", "status", "updated_at"]);
  assert.deepEqual(member.properties["status"]?.["enum"], ["pending", "accepted", "rejected"]);
  assert.deepEqual((await shown(server, "members")).properties["members"], { type: "array", items: member });
  const task = await shown(server, "task");
  const fields = [
    "id",
    "type",
    "status",
    "owner",
    "image_id",
    "request_id",
    "user_id",
    "expires_at",
    "created_at",
    "updated_at",
    "self",
    "schema",
  ];
  assert.deepEqual(Object.keys(task.properties).toSorted(), [...fields, "input", "message", "result"].toSorted());
  assert.deepEqual(task.properties["type"]?.["enum"], ["import", "api_image_import", "location_import"]);
  assert.deepEqual(task.properties["status"]?.["enum"], ["pending", "processing", "success", "failure"]);
  const tasks = await shown(server, "tasks");
  const { items } = tasks.properties["tasks"] as { readonly items: Shown };
  assert.deepEqual(Object.keys(items.properties).toSorted(), fields.toSorted());
});

test("the schemas of definitions have the names and fields that clients rely on", async () => {
  await using server = await ImsServer.open();
  for (const [path, name, fields, required] of [
    [
      "namespace",
      "namespace",
      "created_at description display_name namespace objects owner properties protected resource_type_associations schema self tags updated_at visibility",
      ["namespace"],
    ],
    ["resource_type", "resource_type_association", "created_at name prefix properties_target updated_at", ["name"]],
    [
      "property",
      "property",
      "additionalItems default description enum items maxItems maxLength maximum minItems minLength minimum name operators pattern readonly required title type uniqueItems",
      ["name", "title", "type"],
    ],
    ["object", "object", "created_at description name properties required schema self updated_at", ["name"]],
    ["tag", "tag", "created_at name updated_at", ["name"]],
  ] as const) {
    const schema = await shown(server, `metadefs/${path}`);
    assert.equal(schema.name, name);
    assert.equal(Object.keys(schema.properties).toSorted().join(" "), fields, path);
    assert.deepEqual(schema.required?.toSorted(), required);
    assert.equal(schema.additionalProperties, false);
  }
  for (const [path, name] of [
    ["namespaces", "namespaces"],
    ["resource_types", "resource_type_associations"],
    ["properties", "properties"],
    ["objects", "objects"],
    ["tags", "tags"],
  ] as const) {
    const schema = await shown(server, `metadefs/${path}`);
    assert.equal(schema.name, name);
    assert.deepEqual(Object.keys(schema.properties).toSorted(), ["first", name, "next", "schema"].toSorted());
    assert.deepEqual(
      schema.links?.map(({ href }) => href),
      ["{first}", "{next}", "{schema}"],
    );
  }
  const { properties } = await shown(server, "metadefs/namespace");
  assert.deepEqual(
    ["namespace", "display_name", "description", "owner"].map((name) => properties[name]?.["maxLength"]),
    [80, 80, 500, 255],
  );
  assert.deepEqual(properties["visibility"]?.["enum"], ["public", "private"]);
  const types = ["array", "boolean", "integer", "number", "object", "string"];
  assert.deepEqual((await shown(server, "metadefs/property")).properties["type"], { type: "string", enum: types });
});

test("schemas are for those who are known", async () => {
  await using server = await ImsServer.open({
    requirePrincipal: () => async () => {
      throw new ServiceError("identity.authenticationRequired");
    },
  });
  const answer = await server.call("GET", "/image/v2/schemas/image");
  assert.equal(answer.statusCode, 401);
  assert.equal(answer.json<{ title: string }>().title, "Unauthorized");
});
