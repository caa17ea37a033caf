import assert from "node:assert/strict";
import { test } from "node:test";
import { doubleSession } from "../testing/double-session.ts";
import { readBody, startHttpDouble } from "../testing/http-double.ts";
import type { Handler, HttpDouble } from "../testing/http-double.ts";
import { InstantTimers } from "../testing/instant-timers.ts";
import { Session } from "./session.ts";

interface Issued {
  readonly server: HttpDouble;
  readonly logins: unknown[];
}

/** Issues `token-1`, `token-2` … that are good for an hour; everything else is the test's. */
async function startService(timers: InstantTimers, handler: Handler, catalog: unknown[] = []): Promise<Issued> {
  const logins: unknown[] = [];
  const server = await startHttpDouble(async (request, response) => {
    if (request.url !== "/v3/auth/tokens") {
      return handler(request, response);
    }
    logins.push(JSON.parse((await readBody(request)).toString()));
    const token = { expires_at: new Date(timers.now().getTime() + 3_600_000).toISOString(), project: { id: "p1" }, catalog };
    response.writeHead(201, { "x-subject-token": `token-${logins.length}` }).end(JSON.stringify({ token }));
  });
  return { server, logins };
}

test("one token serves many calls, and a new one is issued before it ends", async () => {
  const timers = new InstantTimers();
  const seen: unknown[] = [];
  const { server, logins } = await startService(timers, (request, response) => {
    seen.push(request.headers["x-auth-token"]);
    response.end("{}");
  });
  await using _ = server;
  const session = doubleSession(server.url, timers);
  await Promise.all([session.json({ method: "GET", path: "/a" }), session.json({ method: "GET", path: "/b" })]);
  timers.pass(3_500_000);
  await session.json({ method: "GET", path: "/c" });
  timers.pass(50_000);
  await session.json({ method: "GET", path: "/d" });
  assert.deepEqual(seen, ["token-1", "token-1", "token-1", "token-2"]);
  assert.equal(logins.length, 2);
  assert.deepEqual(logins[0], {
    auth: {
      identity: { methods: ["password"], password: { user: { name: "demo", password: "secret", domain: { name: "Default" } } } },
      scope: { project: { name: "demo", domain: { name: "Default" } } },
    },
  });
});

test("a token that is refused is replaced once, and a second refusal is told", async () => {
  const timers = new InstantTimers();
  let refuseAll = false;
  const { server, logins } = await startService(timers, (request, response) => {
    const isGood = !refuseAll && request.headers["x-auth-token"] !== "token-1";
    response.writeHead(isGood ? 200 : 401).end(isGood ? "{}" : '{"error":{"code":401,"message":"Expired.","title":"Unauthorized"}}');
  });
  await using _ = server;
  const session = doubleSession(server.url, timers);
  await session.json({ method: "POST", path: "/a", body: {} });
  assert.equal(logins.length, 2);
  refuseAll = true;
  await assert.rejects(session.json({ method: "GET", path: "/a" }), { name: "ApiError", status: 401, message: "Expired." });
  assert.equal(logins.length, 3);
});

test("a wrong password is told as it is, and can be tried again", async () => {
  await using server = await startHttpDouble((_, response) => {
    response.writeHead(401).end('{"error":{"code":401,"message":"Wrong.","title":"Unauthorized"}}');
  });
  const session = doubleSession(server.url, new InstantTimers());
  await assert.rejects(session.projectId(), { name: "ApiError", code: "Unauthorized" });
  await assert.rejects(session.projectId(), { name: "ApiError", code: "Unauthorized" });
});

test("a busy service is asked again where asking changes nothing, and only there", async () => {
  const timers = new InstantTimers();
  const calls: unknown[] = [];
  const { server } = await startService(timers, (request, response) => {
    calls.push(request.method);
    response.writeHead(calls.length < 3 ? 503 : 200).end("{}");
  });
  await using _ = server;
  const session = doubleSession(server.url, timers);
  await session.json({ method: "GET", path: "/a" });
  assert.deepEqual(calls, ["GET", "GET", "GET"]);
  calls.length = 0;
  await assert.rejects(session.json({ method: "POST", path: "/a", body: {} }), { status: 503 });
  assert.deepEqual(calls, ["POST"]);
});

test("a service that is not there is told at once; one that was there is waited for", async () => {
  const timers = new InstantTimers();
  const { server } = await startService(timers, (_, response) => void response.end("{}"));
  const session = doubleSession(server.url, timers);
  await session.json({ method: "GET", path: "/a" });
  await server[Symbol.asyncDispose]();
  await assert.rejects(session.json({ method: "GET", path: "/a" }), { name: "ConnectionError", failure: "refused" });
  assert.deepEqual(timers.delays, [250, 500, 1000]);

  timers.delays.length = 0;
  await assert.rejects(doubleSession(server.url, timers).json({ method: "GET", path: "/a" }), { name: "ConnectionError" });
  assert.deepEqual(timers.delays, []);
});

test("addresses that are not given come from the catalog, without their version", async () => {
  const timers = new InstantTimers();
  const paths: unknown[] = [];
  const catalog: object[] = [];
  const { server } = await startService(
    timers,
    (request, response) => {
      paths.push(request.url);
      response.end();
    },
    catalog,
  );
  await using _ = server;
  catalog.push(
    { type: "image", endpoints: [{ interface: "public", url: `${server.url.href}image` }] },
    {
      type: "ims",
      endpoints: [
        { interface: "admin", url: "http://nowhere" },
        { interface: "public", url: `${server.url.href}ims/v2` },
      ],
    },
    { type: "object-store", endpoints: [{ interface: "public", url: `${server.url.href}obs/` }] },
  );
  const credentials = {
    kind: "password",
    username: "u",
    password: "p",
    userDomainName: "D",
    project: { name: "p", domainName: "D" },
  } as const;
  const session = new Session({ authUrl: new URL("/v3/", server.url), timers, credentials });
  await session.text({ to: "api", method: "GET", path: "/v2/cloudimages", query: { name: "a b+c", marker: undefined } });
  await session.text({ to: "buckets", method: "GET", path: "/b" });
  assert.deepEqual(paths, ["/ims/v2/cloudimages?name=a%20b%2Bc", "/obs/b"]);
});

test("with an access key every request is signed, a project is looked up by its name, and no token is issued", async () => {
  const timers = new InstantTimers();
  const seen: { url: unknown; authorization: unknown; project: unknown; hash: unknown }[] = [];
  await using server = await startHttpDouble(async (request, response) => {
    await readBody(request);
    const { authorization, "x-project-id": project, "x-sdk-content-sha256": hash } = request.headers;
    seen.push({ url: request.url, authorization: authorization?.slice(0, 29), project, hash: hash?.slice(0, 8) });
    response.end(request.url?.startsWith("/v3/projects") === true ? '{"projects":[{"id":"p7"}]}' : '{"catalog":[]}');
  });
  const credentials = { kind: "key", accessKey: "AK1", secretKey: "s", projectName: "demo" } as const;
  const session = new Session({ authUrl: new URL("/v3", server.url), apiUrl: server.url, timers, credentials });
  await session.json({ method: "POST", path: "/x", body: { a: 1 } });
  const authorization = "SDK-HMAC-SHA256 Access=AK1, S";
  assert.deepEqual(seen, [
    { url: "/v3/projects?name=demo", authorization, project: undefined, hash: "e3b0c442" },
    { url: "/v3/auth/catalog", authorization, project: undefined, hash: "e3b0c442" },
    { url: "/x", authorization, project: "p7", hash: "015abd7f" },
  ]);
});

test("a redirect is not followed: what proves who calls goes to nobody else", async () => {
  const timers = new InstantTimers();
  const { server } = await startService(timers, (_, response) => void response.writeHead(307, { location: "http://127.0.0.1:9/" }).end());
  await using _ = server;
  await assert.rejects(doubleSession(server.url, timers).json({ method: "GET", path: "/a" }), { name: "ApiError", status: 307 });
});

test("an answer that is not JSON is told with the request", async () => {
  const timers = new InstantTimers();
  const { server } = await startService(timers, (_, response) => void response.end("<html>"));
  await using _ = server;
  await assert.rejects(doubleSession(server.url, timers).json({ method: "GET", path: "/a" }), {
    name: "SetupError",
    message: /GET \/a is not JSON/,
  });
});

test("an abort is thrown as it is, a time limit as a failure of the connection", async () => {
  const timers = new InstantTimers();
  const stop = new AbortController();
  const { server } = await startService(timers, (request) => {
    if (request.url === "/abort") {
      stop.abort(new Error("enough"));
    }
  });
  await using _ = server;
  const session = doubleSession(server.url, timers);
  await assert.rejects(session.json({ method: "GET", path: "/abort", signal: stop.signal }), { message: "enough" });
  await assert.rejects(session.json({ method: "POST", path: "/slow", timeoutMs: 50 }), { name: "ConnectionError", failure: "timeout" });
});
