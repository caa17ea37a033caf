import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { HTTPMethods } from "fastify";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { wholeApi } from "./whole-api.ts";
import type { WholeApi } from "./whole-api.ts";

let world: TransferWorld;
let api: WholeApi;
before(async () => {
  world = await TransferWorld.open();
  api = await wholeApi(world);
});
after(async () => {
  await api.app.close();
  await world[Symbol.asyncDispose]();
});

const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

/** Calls that pass on, show or keep a value as it came. */
const calls: readonly (readonly [call: string, body: string])[] = [
  ["POST /v1.0/resource-tags/batch-create", `{"resources":[],"tags":{"0":${deep}}}`],
  ["DELETE /v1/cloudimages/members", `{"images":${deep}}`],
  ["PATCH /v2/cloudimages/IMAGE", `[{"op":"replace","path":"/name","value":${deep}}]`],
  ["POST /v1.0/admin/kms/create-datakey", `{"key_id":"alias/k","encryption_context":{"a":${deep}}}`],
  ["POST /v1.0/enterprise-projects", `{"name":${deep}}`],
  ["POST /v3/admin/tracker", `{"tracker_type":${deep}}`],
  ["POST /v3.0/OS-ROLE/roles", `{"role":{"display_name":"r","type":"AX","description":"r","policy":${deep}}}`],
  ["POST /image/v2/metadefs/namespaces", `{"namespace":"deep","properties":{"p":{"title":"P","type":"string","default":${deep}}}}`],
  ["POST /image/v2/tasks", `{"type":"import","input":{"import_from":"http://x/","import_from_format":${deep},"image_properties":{}}}`],
  ["POST /api/v1/store/collections", `{"dryRun":${deep}}`],
];

for (const [call, payload] of calls) {
  test(`${call} refuses a body whose values are nested without end`, async () => {
    const [method, url = ""] = call.split(" ");
    const headers = { "x-auth-token": api.tokens.admin, "content-type": "application/json" };
    // The calls are written out above.
    const { statusCode, body } = await api.app.inject({ method: method as HTTPMethods, url, headers, payload });
    assert.equal(statusCode, 400, body.slice(0, 300));
  });
}
