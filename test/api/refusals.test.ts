import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { text } from "node:stream/consumers";
import { ApiServer } from "./api-server.ts";

let server: ApiServer;

before(async () => {
  server = await ApiServer.openWithPeople({ TINTYPE_REGION: "chosen-1", TINTYPE_LIMITS_HTTP_MAX_BODY_MIB: "1" });
});

after(async () => {
  await server[Symbol.asyncDispose]();
});

interface Refusal {
  readonly status: number;
  readonly requestId: string | null;
  readonly body: {
    readonly error?: { readonly code: number | string; readonly title?: string; readonly message: string };
    readonly status?: number;
    readonly title?: string;
    readonly detail?: string;
    readonly code?: string;
  };
}

async function send(path: string, init: RequestInit = {}): Promise<Refusal> {
  const answer = await fetch(`${server.url}${path}`, init);
  // Refusals are of one of these shapes.
  return { status: answer.status, requestId: answer.headers.get("x-request-id"), body: (await answer.json()) as Refusal["body"] };
}

const post = (body: string, contentType = "application/json"): RequestInit => ({
  method: "POST",
  headers: { "content-type": contentType },
  body,
});

test("a body that is too large is 413 and names the limit", async () => {
  const { status, body } = await send("/v3/auth/tokens", post(" ".repeat(1024 * 1024 + 1)));
  assert.equal(status, 413);
  assert.match(body.error?.message ?? "", /larger than 1048576 bytes/);
});

test("a body of a type that is not taken is 415 and names the type", async () => {
  const { status, body } = await send("/v3/auth/tokens", post("x", "text/plain"));
  assert.equal(status, 415);
  assert.match(body.error?.message ?? "", /type text\/plain is not taken/);
});

test("an address without a route is 404 in the words of the dialect whose addresses begin like it", async () => {
  const identity = await send("/v3/nothing");
  assert.equal(identity.status, 404);
  assert.deepEqual([identity.body.error?.code, identity.body.error?.title], [404, "Not Found"]);
  for (const path of ["/v1/nothing", "/v2/nothing?a=b", "/v2.1/nothing"]) {
    const { status, body } = await send(path);
    assert.equal(status, 404);
    assert.deepEqual([body.error?.code, body.error?.title], ["ops.routeNotFound", undefined]);
  }
  const { status, body } = await send("/vnothing");
  assert.equal(status, 404);
  assert.deepEqual([body.status, body.title, body.code], [404, "Not Found", "ops.routeNotFound"]);
  assert.match(body.detail ?? "", /nothing at GET \/vnothing/);
});

test("an address that cannot be read is 400, in the dialect's words and with a request id", async () => {
  for (const path of ["/v3/%zz", `/v3/projects/${"x".repeat(4097)}`]) {
    const { status, body, requestId } = await send(path);
    assert.equal(status, 400);
    assert.equal(body.error?.title, "Bad Request");
    assert.match(requestId ?? "", /^req-/);
  }
  assert.equal((await send("/%zz")).body.code, "ops.malformedRequest");
});

test("a raw space in the request line is refused, but in the query of a list of images, and the next connection is served", async () => {
  const send = async (target: string): Promise<string> => {
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    return await text(socket);
  };
  assert.match(await send("/v2/cloud images"), /^HTTP\/1\.1 400 /);
  assert.match(await send("/v3/projects?name=a b"), /^HTTP\/1\.1 400 /);
  assert.match(await send("/v2/cloudimages?__platform=Oracle Linux"), /^HTTP\/1\.1 401 /);
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test("the service is ready for any number that ask at once", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, async () => fetch(`${server.url}/readyz`)));
  assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
});

test("a region that is set goes over the one of the bootstrap file", async () => {
  const identity = { methods: ["password"], password: { user: { name: "demo", password: "secret", domain: { id: "default" } } } };
  const scope = { project: { name: "demo", domain: { id: "default" } } };
  const answer = await fetch(`${server.url}/v3/auth/tokens`, post(JSON.stringify({ auth: { identity, scope } })));
  // The body of a token.
  const { token } = (await answer.json()) as { token: { catalog: { endpoints: { region: string }[] }[] } };
  assert.equal(token.catalog[0]?.endpoints[0]?.region, "chosen-1");
});
