import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ListTracesAnswer, Trace } from "@tintype/contract/cts/traces.ts";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { sha256Hex } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { ApiServer } from "./api-server.ts";

const demoProject = "966aaed4cfe6512089f064d6c459770b";
const adminProject = "f0de0e66e6b65bed9a9f73459b6adbe7";
let server: ApiServer;

before(async () => {
  server = await ApiServer.openWithPeople({ TINTYPE_HTTP_TRUSTED_PROXIES: "127.0.0.1" });
});

after(async () => {
  await server[Symbol.asyncDispose]();
});

async function logIn(user: string, password: string, project: string): Promise<Response> {
  const identity = { methods: ["password"], password: { user: { name: user, password, domain: { id: "default" } } } };
  const body = JSON.stringify({ auth: { identity, scope: { project: { id: project } } } });
  const headers = { "content-type": "application/json", "x-forwarded-for": "203.0.113.9" };
  return await fetch(`${server.url}/v3/auth/tokens`, { method: "POST", headers, body });
}

async function tracesOf(user: string, project: string, query: string): Promise<readonly Trace[]> {
  const token = (await logIn(user, "secret", project)).headers.get("x-subject-token") ?? "";
  const answer = await fetch(`${server.url}/v3/${project}/traces?limit=200&${query}`, { headers: { "x-auth-token": token } });
  // The answer of a query that is served.
  return ((await answer.json()) as ListTracesAnswer).traces;
}

test("logging in leaves a trace in the project that the token is for, without password and token", async () => {
  const answer = await logIn("demo", "secret", demoProject);
  const [trace] = await tracesOf("demo", demoProject, "service_type=IAM&trace_rating=normal");
  assert.deepEqual(
    [trace?.trace_name, trace?.code, trace?.user?.name, trace?.source_ip, trace?.project_id],
    ["createToken", "201", "demo", "203.0.113.9", demoProject],
  );
  const text = JSON.stringify(trace);
  assert.ok(!text.includes('\\"secret\\"') && !text.includes(answer.headers.get("x-subject-token") ?? "?"), text);
});

test("a log-in that fails leaves a trace for the operator, with the name that was tried", async () => {
  assert.equal((await logIn("demo", "wrong-guess", demoProject)).status, 401);
  const [trace] = await tracesOf("admin", adminProject, "trace_name=createToken&trace_rating=warning");
  assert.deepEqual([trace?.code, trace?.user, trace?.project_id], ["401", null, null]);
  assert.equal(trace?.resource_name, "demo");
  assert.ok(!JSON.stringify(trace).includes("wrong-guess"), trace?.request);
});

test("a signed call's trace names the access key, and a forged one nobody", async () => {
  const url = new URL(`${server.url}/v2/images/nobody`);
  for (const secretKey of ["demo-secret-key-for-tests", "not-the-secret-key"]) {
    const keys = { accessKey: "DEMOACCESSKEY", secretKey };
    const scope = { "x-project-id": demoProject };
    const headers = signSdkHmac({ method: "DELETE", url, headers: scope, bodyHash: sha256Hex(""), keys, date: new Date() });
    await fetch(url, { method: "DELETE", headers });
  }
  const [known] = await tracesOf("demo", demoProject, "trace_name=deleteImage");
  assert.deepEqual([known?.user?.access_key_id, known?.code], ["DEMOACCESSKEY", "404"]);
  const [forged] = await tracesOf("admin", adminProject, "trace_name=deleteImage");
  assert.deepEqual([forged?.user, forged?.code], [null, "401"]);
});

test("lost traces are counted where measurements are read", async () => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  assert.match(text, /^tintype_audit_failures_total 0$/m);
});
