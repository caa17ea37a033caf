import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, refusalOf } from "./ims-server.ts";
import { addProjects } from "./sharing-setup.ts";
import { wholeApi } from "./whole-api.ts";

interface Document {
  readonly paths: Readonly<Record<string, { get: { responses: { 200: { content: { "application/json": { schema: Schema } } } } } }>>;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

test("R-311: every attribute that an image is shown with is in the document, and a value that none can have is refused", async () => {
  await using world = await TransferWorld.open();
  const { app, tokens } = await wholeApi(world);
  const headers = { "x-auth-token": tokens.demo };
  const image = await world.addImage("demo", Buffer.alloc(512), { description: "d", maxRamMiB: 4096 });
  const { paths } = (await app.inject({ url: "/openapi/ims.json" })).json<Document>();
  const { schema } = paths["/v2/cloudimages"]?.get.responses[200].content["application/json"] ?? {};
  const known = Object.keys(schema?.properties?.["images"]?.items?.properties ?? {});
  const [shown = {}] = (await app.inject({ url: `/v2/cloudimages?id=${image.id}`, headers })).json<{ images: readonly object[] }>().images;
  assert.ok(Object.keys(shown).length > 30);
  assert.deepEqual(
    Object.keys(shown).filter((name) => !known.includes(name)),
    [],
  );
  const payload = [{ op: "replace", path: "/hw_firmware_type", value: "openfirmware" }];
  assert.equal(refusalOf(await app.inject({ method: "PATCH", url: `/v2/cloudimages/${image.id}`, headers, payload })), "400 IMG.0141");
  await app.close();
});

test("R-311: the forms of tags are on their page, and are what is taken", async () => {
  await using server = await ImsServer.open();
  const image = await server.world.addImage("demo", Buffer.alloc(512));
  const page = await readFile("docs/tags.md", "utf8");
  assert.match(page, /^## Forms$/m);
  const tag = (key: string, value: string) => server.call("PUT", "/v1/cloudimages/tags", { image_id: image.id, image_tag: { key, value } });
  for (const [key, value, status] of [
    ["k".repeat(36), "v".repeat(43), 204],
    ["k".repeat(37), "v", 400],
    ["k", "v".repeat(44), 400],
  ] as const) {
    assert.equal((await tag(key, value)).statusCode, status, `${key.length} ${value.length}`);
  }
});

test("R-311: how often an image can be shared is told by the quota and by the page of limits", async () => {
  await using server = await ImsServer.open();
  await addProjects(server, ["demo"]);
  const { quotas } = (await server.call("GET", "/v1/cloudimages/quota")).json<{
    quotas: { resources: readonly { type: string; max?: number; quota?: number }[] };
  }>();
  const members = quotas.resources.find(({ type }) => type === "image_member");
  assert.equal(members?.quota ?? members?.max, 128);
  assert.match(await readFile("docs/limits.md", "utf8"), /\*\*128\*\* projects that a system or data disk image may be shared with/);
});

test("R-311: a project's id is found by its name, and values for systems are listed", async () => {
  await using world = await TransferWorld.open();
  const { app, tokens } = await wholeApi(world);
  const get = async (url: string) => (await app.inject({ url, headers: { "x-auth-token": tokens.demo } })).json<unknown>();
  const { projects } = (await get("/v3/projects?name=demo")) as { projects: readonly { id: string }[] };
  assert.deepEqual(
    projects.map(({ id }) => id),
    ["demo"],
  );
  const systems = (await get("/v1/cloudimages/os_version")) as readonly { version_list: readonly { os_version: string }[] }[];
  assert.ok(systems.flatMap(({ version_list: versions }) => versions).some(({ os_version: version }) => version === "CentOS 7.9 64bit"));
  await app.close();
});
