import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { describeByteSource } from "../core/byte-source.contract.ts";
import { SeededRandom } from "../core/testing/seeded-random.ts";
import { InstantTimers } from "../core/testing/instant-timers.ts";
import { readAhead } from "../transform/read-ahead.ts";
import { openHttpSource } from "./open-http-source.ts";
import type { HttpSourceOptions } from "./open-http-source.ts";
import { ObjectServer } from "./testing/object-server.ts";

/** Longer waits than this are limits that no test should reach. */
const STALL_MS = 60_000;
const content = new SeededRandom(12).bytes(50_000);
let server: ObjectServer;

before(async () => {
  server = await ObjectServer.start();
});

beforeEach(() => {
  server.intercept = () => false;
  server.requests.length = 0;
});

after(() => server[Symbol.asyncDispose]());

function options(more: HttpSourceOptions = {}): HttpSourceOptions {
  return { timers: new InstantTimers(STALL_MS), stallMs: STALL_MS, ...more };
}

/** Answers the range as asked, with other headers or another body. */
function answerRange(response: ServerResponse, headers: Record<string, string | number>, body: Buffer): true {
  response.writeHead(206, { etag: '"50000"', "content-length": body.length, ...headers }).end(body);
  return true;
}

describeByteSource("an object over HTTP", (bytes) => openHttpSource(server.put(`/contract-${bytes.length}`, bytes), options()));
describeByteSource("an object over HTTP, read ahead", async (bytes) =>
  readAhead(await openHttpSource(server.put(`/ahead-${bytes.length}`, bytes), options()), { windowBytes: 4096, ahead: 2 }),
);

test("opening costs one request, and a read one request for exactly its bytes of the version that was opened", async () => {
  await using source = await openHttpSource(server.put("/disk", content), options({ headers: { "x-token": "abc" } }));
  await source.read(100, 50);
  const asked = server.requests.map(({ method, headers }) => [method, headers.range, headers["if-range"], headers["x-token"]]);
  assert.deepEqual(asked, [
    ["GET", "bytes=0-0", undefined, "abc"],
    ["GET", "bytes=100-149", '"50000"', "abc"],
  ]);
  assert.deepEqual(new Set(server.requests.map(({ headers }) => headers["accept-encoding"])), new Set(["identity"]));
});

test("an empty object is a source of no bytes", async () => {
  await using source = await openHttpSource(server.put("/empty", Buffer.alloc(0)), options());
  assert.equal(source.lengthBytes, 0);
});

test("user and password of the address are sent as a header, and stand in no message", async () => {
  const address = new URL(`${server.put("/login", content)}?signature=topsecret`);
  [address.username, address.password] = ["jo", "p%40ss"];
  await using source = await openHttpSource(address, options());
  assert.equal(source.lengthBytes, content.length);
  assert.equal(server.requests[0]?.headers.authorization, `Basic ${Buffer.from("jo:p@ss").toString("base64")}`);
  server.objects.delete("/login");
  await assert.rejects(source.read(0, 1), { message: `${server.origin}/login: the server answers 404 Not Found.` });
});

test("an object that changed is noticed, by its version, its length, or because it is gone", async () => {
  const address = server.put("/changing", content);
  const open = (): Promise<AsyncDisposable & { read(offset: number, length: number): Promise<Uint8Array> }> =>
    openHttpSource(address, options());
  const changed = { code: "disk.io", message: /not the file any more/ };
  await using versioned = await open();
  server.put("/changing", content, '"other"');
  await assert.rejects(versioned.read(0, 10), changed);
  await using shortened = await open();
  server.put("/changing", content.subarray(0, 100), '"other"');
  await assert.rejects(shortened.read(200, 10), changed);
  await using weak = await (server.put("/changing", content, 'W/"1"'), open());
  server.put("/changing", content, 'W/"2"');
  await assert.rejects(weak.read(0, 10), changed);
  assert.equal(server.requests.at(-1)?.headers["if-range"], undefined);
});

test("servers without ranges, without a length or with an encoding are refused with what to do", async () => {
  const address = server.put("/odd", content);
  const refused = async (message: RegExp): Promise<void> => {
    await assert.rejects(openHttpSource(address, options()), { code: "disk.unsupported", message, remedy: /Download the file first/ });
  };
  server.intercept = (_, response) => {
    response.writeHead(200, { "content-length": content.length }).end(content);
    return true;
  };
  await refused(/does not answer ranges/);
  server.intercept = (_, response) => answerRange(response, { "content-range": "bytes 0-0/*" }, content.subarray(0, 1));
  await refused(/how long the file is \(bytes 0-0\/\*\)/);
  server.intercept = (_, response) => answerRange(response, {}, content.subarray(0, 1));
  await refused(/no Content-Range/);
  server.intercept = (_, response) =>
    answerRange(response, { "content-range": "bytes 0-0/9", "content-encoding": "gzip" }, content.subarray(0, 1));
  await refused(/encoded \(gzip\)/);
});

test("other bytes than asked for are never taken: a shifted range, too many, too few", async () => {
  await using source = await openHttpSource(server.put("/lying", content), options());
  server.intercept = (_, response) => answerRange(response, { "content-range": "bytes 1-10/50000" }, content.subarray(1, 11));
  await assert.rejects(source.read(0, 10), { code: "disk.io", message: /bytes 0-9 were asked for, and the server sent bytes 1-10/ });
  server.intercept = (_, response) => answerRange(response, { "content-range": "bytes 0-9/50000" }, content.subarray(0, 11));
  await assert.rejects(source.read(0, 10), { code: "disk.io", message: /more than the 10 bytes/ });
  server.intercept = (_, response) => answerRange(response, { "content-range": "bytes 0-9/50000" }, content.subarray(0, 9));
  await assert.rejects(source.read(0, 10), { code: "disk.io", message: /ended after 9 of 10 bytes/ });
});

test("a server that fails for a while and connections that break are asked again, with pauses", async () => {
  const timers = new InstantTimers(STALL_MS);
  let failures = 3;
  server.intercept = (_, response) => {
    failures -= 1;
    if (failures === 2) {
      response.writeHead(503).end();
    } else if (failures === 1) {
      response.destroy();
    } else if (failures === 0) {
      response.writeHead(206, { etag: '"50000"', "content-range": "bytes 0-0/50000", "content-length": 1 }).flushHeaders();
      response.destroy();
    }
    return failures >= 0;
  };
  const address = server.put("/flaky", content);
  await using source = await openHttpSource(address, options({ timers }));
  failures = 2;
  server.intercept = (_, response) => {
    failures -= 1;
    if (failures >= 0) {
      response.writeHead(206, { etag: '"50000"', "content-range": "bytes 5-1004/50000", "content-length": 1000 });
      response.write(content.subarray(5, 300), () => response.destroy());
    }
    return failures >= 0;
  };
  assert.ok(content.subarray(5, 1005).equals(await source.read(5, 1000)));
  assert.deepEqual(timers.sleeps.slice(-2), [200, 400]);
});

test("a failure that lasts is told after the attempts, and one that no attempt can change at once", async () => {
  const address = server.put("/down", content);
  server.intercept = (_, response) => Boolean(response.writeHead(500).end());
  await assert.rejects(openHttpSource(address, options()), { name: "DiskError", code: "disk.io", message: /answers 500/ });
  assert.equal(server.requests.length, 5);
  server.intercept = (_, response) => Boolean(response.writeHead(403).end());
  await assert.rejects(openHttpSource(address, options()), { code: "disk.io", message: /answers 403/, remedy: /credentials/ });
  assert.equal(server.requests.length, 6);
  await assert.rejects(openHttpSource("http://127.0.0.1:1/disk", options()), { code: "disk.io", message: /the connection failed/ });
});

test("a server that falls silent is given up", async () => {
  server.intercept = (_, response) => {
    response.writeHead(206, { "content-range": "bytes 0-0/10" }).flushHeaders();
    return true;
  };
  const silent = options({ timers: new InstantTimers(), stallMs: 5000, retry: { attempts: 2, firstDelayMs: 1, maxDelayMs: 1 } });
  await assert.rejects(openHttpSource(server.put("/silent", content), silent), { code: "disk.io", message: /nothing came for 5000 ms/ });
  assert.equal(server.requests.length, 2);
});

test("redirects are followed, without the headers when they lead to another host, and asked for again when the target is gone", async () => {
  await using other = await ObjectServer.start();
  other.put("/target-1", content, '"50000"');
  let target = "/target-1";
  server.intercept = (_, response) => Boolean(response.writeHead(302, { location: `${other.origin}${target}` }).end());
  await using source = await openHttpSource(`${server.origin}/start`, options({ headers: { authorization: "secret" } }));
  await source.read(0, 10);
  assert.equal(server.requests[0]?.headers.authorization, "secret");
  assert.deepEqual([server.requests.length, other.requests.length], [1, 2]);
  assert.ok(other.requests.every(({ headers }) => headers.authorization === undefined));
  other.objects.clear();
  other.put("/target-2", content, '"50000"');
  target = "/target-2";
  assert.ok(content.subarray(7, 17).equals(await source.read(7, 10)));
});

test("redirects to other schemes, from https to http, in circles and of signed requests are refused", async () => {
  const refuse = async (location: string, message: RegExp, more: HttpSourceOptions = {}): Promise<void> => {
    const redirecting: typeof fetch = async () => new Response(null, { status: 302, headers: { location } });
    const opening = openHttpSource("https://host/start", options({ fetch: redirecting, ...more }));
    await assert.rejects(opening, { code: "disk.unsafe", message });
  };
  await refuse("file:///etc/passwd", /redirects to file:/);
  await refuse("http://host/plain", /redirects to http:\/\/host\/plain/);
  await refuse("https://user:pw@host/x", /redirects to https:\/\/host\/x,/);
  await refuse("http://[", /redirects to no address/);
  await refuse("/start", /more than 5 times/);
  await refuse("https://elsewhere/x", /signed request to https:\/\/elsewhere/, { sign: ({ headers }) => headers });
});

test("what is no web address is refused", async () => {
  for (const address of ["ftp://host/disk", "disk.qcow2", "file:///etc/passwd"]) {
    await assert.rejects(openHttpSource(address, options()), { code: "disk.unsupported" });
  }
});

test("an abort ends a read that is under way, and closing ends them all", async () => {
  await using source = await openHttpSource(server.put("/hanging", content), options());
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  server.intercept = () => {
    resolve();
    return true;
  };
  const abort = new AbortController();
  const aborted = assert.rejects(source.read(0, 10, { signal: abort.signal }), /enough/);
  await arrived;
  abort.abort(new Error("enough"));
  await aborted;
  const closed = assert.rejects(source.read(0, 10), { code: "disk.io", message: /was closed/ });
  await source[Symbol.asyncDispose]();
  await closed;
  await assert.rejects(source.read(0, 1), { code: "disk.io", message: /was closed/ });
});

test("no more requests run at a time than allowed", async () => {
  await using source = await openHttpSource(server.put("/many", content), options({ requestsAtATime: 3 }));
  let running = 0;
  let most = 0;
  server.intercept = (_, response) => {
    running += 1;
    most = Math.max(most, running);
    response.on("close", () => (running -= 1));
    return false;
  };
  await Promise.all(Array.from({ length: 12 }, (_, index) => source.read(index, 10)));
  assert.ok(most <= 3, `${most} at a time`);
});
