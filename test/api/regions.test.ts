import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ApiServer, people } from "./api-server.ts";

const names = ["region-1", "region-2"];

interface Entered {
  readonly token: string;
  /** Addresses by type of service, with the region that each is in. */
  readonly catalog: readonly { readonly type: string; readonly endpoints: readonly { readonly url: string; readonly region: string }[] }[];
}

async function enter(url: string): Promise<Entered> {
  const identity = { methods: ["password"], password: { user: { name: "demo", password: "secret", domain: { id: "default" } } } };
  const auth = { identity, scope: { project: { name: "demo", domain: { id: "default" } } } };
  const answer = await fetch(`${url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth }),
  });
  assert.equal(answer.status, 201);
  const { token } = (await answer.json()) as { token: { catalog: Entered["catalog"] } };
  return { token: answer.headers.get("x-subject-token") ?? "", catalog: token.catalog };
}

test("R-315: each region has an endpoint of its own, which its catalog names; images and tokens of one are nothing in the other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-regions-"));
  const file = join(folder, "people.json");
  await writeFile(file, JSON.stringify(people));
  await using one = await ApiServer.open({ TINTYPE_BOOTSTRAP_FILE: file, TINTYPE_REGION: "region-1" });
  await using other = await ApiServer.open({ TINTYPE_BOOTSTRAP_FILE: file, TINTYPE_REGION: "region-2" });
  await rm(folder, { recursive: true });
  assert.notEqual(one.url, other.url);
  const tokens: string[] = [];
  for (const [index, server] of [one, other].entries()) {
    const { token, catalog } = await enter(server.url);
    tokens.push(token);
    const endpoints = catalog.flatMap((service) => service.endpoints);
    assert.ok(endpoints.length >= 3);
    for (const { url, region } of endpoints) {
      assert.ok(url.startsWith(server.url) || url.startsWith(server.obsUrl), url);
      assert.equal(region, names[index]);
    }
  }
  const [here = "", there = ""] = tokens;
  const made = await fetch(`${one.url}/v2/images`, {
    method: "POST",
    headers: { "x-auth-token": here, "content-type": "application/json" },
    body: JSON.stringify({ name: "of one region", __os_version: "CentOS 7.4 64bit" }),
  });
  const { id } = (await made.json()) as { id: string };
  const status = async (server: ApiServer, token: string) =>
    (await fetch(`${server.url}/v2/images/${id}`, { headers: { "x-auth-token": token } })).status;
  assert.deepEqual([await status(one, here), await status(other, there), await status(other, here)], [200, 404, 401]);
});
