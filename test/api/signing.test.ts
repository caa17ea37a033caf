import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { Region } from "@huaweicloud/huaweicloud-sdk-core/region/region.js";
import { signSdkHmac } from "@tintype/contract/signing/sign-sdk-hmac.ts";
import { sha256Hex } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { ApiServer } from "./api-server.ts";

let server: ApiServer;
const keys = { accessKey: "DEMOACCESSKEY", secretKey: "demo-secret-key-for-tests" };
const demoProject = "966aaed4cfe6512089f064d6c459770b";

before(async () => {
  server = await ApiServer.openWithPeople();
});

after(async () => {
  await server[Symbol.asyncDispose]();
});

interface SdkCall {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly queryParams?: Record<string, string>;
  readonly pathParams?: Record<string, string>;
  readonly data?: Record<string, unknown>;
}

/** What the SDK got, or the error that it raised from the answer. */
interface SdkOutcome {
  readonly httpStatusCode: number;
  readonly errorCode?: string;
  readonly errorMsg?: string;
  readonly images?: readonly unknown[];
}

/** Calls through the real SDK, which signs and sends. Without a project id the SDK asks identity for the project named after the region. */
async function callThroughSdk(call: SdkCall, options: { readonly projectId?: string } = {}): Promise<SdkOutcome> {
  const credentials = new BasicCredentials().withAk(keys.accessKey).withSk(keys.secretKey).withIamEndpoint(server.url);
  const credential = options.projectId === undefined ? credentials : credentials.withProjectId(options.projectId);
  const region = new Region("RegionOne", server.url);
  const client = new ClientBuilder((hcClient) => hcClient).withCredential(credential).withRegion(region).build();
  const request = { contentType: "application/json", queryParams: {}, pathParams: {}, headers: {}, ...call };
  try {
    // The SDK types answers by service; this one has the fields of our answers.
    return (await client.sendRequest(request)) as unknown as SdkOutcome;
  } catch (error) {
    // Refusals arrive as the SDK's own exceptions, with these fields.
    return error as SdkOutcome;
  }
}

async function sendSigned(
  path: string,
  change: { headers?: Record<string, string>; keys?: typeof keys; date?: Date; body?: string; signedBody?: string } = {},
): Promise<{ status: number; message: string }> {
  const url = new URL(server.url + path);
  const { body = "" } = change;
  const method = body === "" ? "GET" : "POST";
  const bodyHash = sha256Hex(change.signedBody ?? body);
  const contentType = body === "" ? {} : { "content-type": "application/json" };
  const headers = signSdkHmac({ method, url, headers: contentType, bodyHash, keys: change.keys ?? keys, date: change.date ?? new Date() });
  const answer = await fetch(url, { method, headers: { ...headers, ...change.headers }, ...(body === "" ? {} : { body }) });
  const text = await answer.text();
  return { status: answer.status, message: text };
}

test("Huawei Cloud's own SDK is let in, with a query of odd characters", async () => {
  const answer = await callThroughSdk(
    { method: "GET", url: "/v2/cloudimages", queryParams: { name: "a b!*'()\u00e9+&=", limit: "5" } },
    { projectId: demoProject },
  );
  assert.equal(answer.httpStatusCode, 200, answer.errorMsg ?? "");
  assert.deepEqual(answer.images, []);
});

test("the SDK finds its project by the region's name when it is told none", async () => {
  const answer = await callThroughSdk({ method: "GET", url: "/v2/cloudimages" });
  assert.equal(answer.httpStatusCode, 200, answer.errorMsg ?? "");
});

test("the SDK's signature over a path value with a space and over a JSON body is right", async () => {
  const job = await callThroughSdk(
    { method: "GET", url: "/v1/cloudimages/job/{job_id}", pathParams: { job_id: "no such job" } },
    { projectId: demoProject },
  );
  assert.equal(job.errorCode, "IMG.0023", job.errorMsg ?? "");
  const data = { name: "x", image_url: "nowhere:file", min_disk: 40, description: "\u4e2d\u6587 <no>" };
  const created = await callThroughSdk({ method: "POST", url: "/v2/cloudimages/action", data }, { projectId: demoProject });
  assert.match(created.errorCode ?? "", /^IMG\./, "the call got past authentication");
});

test("X-Project-Id chooses among the user's projects without being signed; a foreign one is refused", async () => {
  const own = await sendSigned(`/v1/${demoProject}/jobs/00000000000000000000000000000000`, { headers: { "x-project-id": demoProject } });
  assert.equal(own.status, 404);
  const usual = await sendSigned(`/v1/${demoProject}/jobs/00000000000000000000000000000000`);
  assert.match(usual.message, /IMG\.0030/, "without the header it is the project named after the region");
  const foreign = await sendSigned("/v2/cloudimages", { headers: { "x-project-id": "5978455907e252039ef62c687322244b" } });
  assert.equal(foreign.status, 403);
});

test("the signature is over the path as it was sent, wherever it is served", async () => {
  const { status, message } = await sendSigned("/image/v2.1/schemas/image?x=1");
  assert.equal(status, 200, message);
});

test("GET /v3/projects?name= answers exactly the region's project to a signed request", async () => {
  const { status, message } = await sendSigned("/v3/projects?name=RegionOne");
  assert.equal(status, 200);
  assert.deepEqual(
    (JSON.parse(message) as { projects: { name: string }[] }).projects.map(({ name }) => name),
    ["RegionOne"],
  );
});

test("a wrong secret is 401 and shows the hash that the server computed, never the secret", async () => {
  const { status, message } = await sendSigned("/v2/cloudimages", { keys: { ...keys, secretKey: "not-the-secret-key-at-all" } });
  assert.equal(status, 401);
  assert.match(message, /SHA-256 of the canonical request as received is [0-9a-f]{64}/);
  assert.ok(!message.includes(keys.secretKey));
});

test("an unknown key, a clock that is off, a changed body and a broken header are 401 with the reason", async () => {
  const unknown = await sendSigned("/v2/cloudimages", { keys: { ...keys, accessKey: "NOSUCHKEY" } });
  assert.match(unknown.message, /access key NOSUCHKEY is not known/);
  const late = await sendSigned("/v2/cloudimages", { date: new Date(Date.now() - 16 * 60 * 1000) });
  assert.match(late.message, /900 are allowed/);
  const changed = await sendSigned("/v2/cloudimages/action", { body: '{"a":1}', signedBody: '{"a":2}' });
  assert.match(changed.message, /X-Sdk-Content-Sha256/);
  const broken = await sendSigned("/v2/cloudimages", { headers: { authorization: "SDK-HMAC-SHA256 nonsense" } });
  assert.match(broken.message, /cannot be read/);
  for (const { status } of [unknown, late, changed, broken]) {
    assert.equal(status, 401);
  }
});

test("a query in another order has the same signature, and a changed query another one", async () => {
  const url = new URL(`${server.url}/v2/cloudimages?limit=3&name=z`);
  const headers = signSdkHmac({ method: "GET", url, headers: {}, bodyHash: sha256Hex(""), keys, date: new Date() });
  assert.equal((await fetch(`${server.url}/v2/cloudimages?name=z&limit=3`, { headers })).status, 200);
  assert.equal((await fetch(`${server.url}/v2/cloudimages?name=z&limit=4`, { headers })).status, 401);
});
