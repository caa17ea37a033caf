import assert from "node:assert/strict";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ListTracesAnswer, Trace } from "@tintype/contract/cts/traces.ts";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { sha256Hex } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { ApiServer, people } from "./api-server.ts";
import { lastTrace, openAudited, tracesOf } from "./audit-calls.ts";
import { administrator, demo } from "./ims-server.ts";

const adminProject = "f0de0e66e6b65bed9a9f73459b6adbe7";
const path = "/v2/images/nobody";

test("of the refused calls of nobody known so many a minute have traces, the others one together when the minute is over", async () => {
  await using server = await openAudited({ limits: { traces: { unknownPerMinute: 3 } } });
  const { clock } = server.world;
  const call = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      clock.advance(1);
      assert.equal((await server.app.inject({ method: "DELETE", url: path })).statusCode, 401);
    }
  };
  await call(8);
  assert.equal((await tracesOf(server, "", administrator)).length, 3);
  const countedSince = new Date(clock.now() - 4).toISOString();
  clock.advance(60_000);
  await call(1);
  const [, told, ...before] = await tracesOf(server, "", administrator);
  assert.equal(before.length, 3);
  assert.deepEqual([told?.trace_type, told?.trace_name, told?.user], ["SystemAction", "refuseUnknownCallers", null]);
  const message = told?.message ?? "";
  assert.ok(message.includes(`since ${countedSince}`) && message.endsWith("5 (deleteImage of IMS 5)"), message);
  assert.deepEqual(await tracesOf(server), [], "the operator alone sees it");
  await call(10);
  assert.equal((await tracesOf(server, "", administrator)).length, 7);
});

test("every call of somebody known has its trace, also refused ones, however many others there are", async () => {
  await using server = await openAudited({ limits: { traces: { unknownPerMinute: 1 } } });
  for (let time = 0; time < 5; time += 1) {
    await server.app.inject({ method: "DELETE", url: path });
    server.world.clock.advance(1);
    assert.equal((await server.call("DELETE", path)).statusCode, 404);
  }
  assert.deepEqual(
    (await tracesOf(server)).map(({ code, user }) => [code, user?.name]),
    Array.from({ length: 5 }, () => ["404", `user of ${demo.project}`]),
  );
  assert.equal((await tracesOf(server, "", administrator)).length, 1);
  assert.equal((await lastTrace(server, "", administrator)).code, "401");
});

/** Asks for a token. */
async function logIn({ url }: ApiServer, password: string): Promise<Response> {
  const identity = { methods: ["password"], password: { user: { name: "admin", password, domain: { id: "default" } } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { id: adminProject } } } });
  return await fetch(`${url}/v3/auth/tokens`, { method: "POST", headers: { "content-type": "application/json" }, body });
}

async function allTraces(server: ApiServer): Promise<readonly Trace[]> {
  const token = (await logIn(server, "secret")).headers.get("x-subject-token") ?? "";
  const answer = await fetch(`${server.url}/v3/${adminProject}/traces?limit=200`, { headers: { "x-auth-token": token } });
  // The answer of a query that is served.
  return ((await answer.json()) as ListTracesAnswer).traces;
}

test("wrong passwords, false signatures and missing tokens count together, and what was counted is told when the service stops", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "tintype-unknown-"));
  const file = join(folder.path, "bootstrap.json");
  await writeFile(file, JSON.stringify(people));
  const env = {
    TINTYPE_DATA_DIR: join(folder.path, "data"),
    TINTYPE_BOOTSTRAP_FILE: file,
    TINTYPE_LIMITS_TRACES_UNKNOWN_PER_MINUTE: "2",
  };
  {
    await using server = await ApiServer.open(env);
    const url = new URL(`${server.url}${path}`);
    for (let time = 0; time < 2; time += 1) {
      assert.equal((await logIn(server, "wrong")).status, 401);
      const keys = { accessKey: "DEMOACCESSKEY", secretKey: "not-the-secret-key" };
      const headers = signSdkHmac({ method: "DELETE", url, headers: {}, bodyHash: sha256Hex(""), keys, date: new Date() });
      assert.equal((await fetch(url, { method: "DELETE", headers })).status, 401);
      assert.equal((await fetch(url, { method: "DELETE" })).status, 401);
      assert.equal((await fetch(`${server.obsUrl}/some-bucket`, { method: "PUT" })).status, 403);
    }
    assert.equal((await allTraces(server)).filter(({ user }) => user === null).length, 2);
  }
  await using server = await ApiServer.open(env);
  const [told] = (await allTraces(server)).filter(({ trace_name: name }) => name === "refuseUnknownCallers");
  assert.match(told?.message ?? "", /: 6 \(deleteImage of IMS 3, createBucket of OBS 2, createToken of IAM 1\)$/);
});
