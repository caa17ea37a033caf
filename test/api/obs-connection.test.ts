import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { after, before, test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { ObsSetup } from "./obs-setup.ts";

const Bucket = "connections";

let obs: ObsSetup;
let token: string;
before(async () => {
  obs = await ObsSetup.start();
  token = await obs.world.token("member");
  await obs.client().send(new CreateBucketCommand({ Bucket }));
});
after(() => obs[Symbol.asyncDispose]());

/** A connection of our own, to say what no client would. */
async function open(): Promise<Socket> {
  const { hostname, port } = new URL(obs.world.endpoint);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket;
}

/** Reads until the text holds what is looked for. */
async function readUntil(socket: Socket, wanted: RegExp): Promise<string> {
  let text = "";
  for await (const bytes of socket.iterator({ destroyOnReturn: false })) {
    text += String(bytes);
    if (wanted.test(text)) {
      return text;
    }
  }
  throw new Error(`The connection ended after: ${text}`);
}

function head(method: string, path: string, ...headers: readonly string[]): string {
  return [`${method} ${path} HTTP/1.1`, "Host: h", `X-Auth-Token: ${token}`, ...headers, "", ""].join("\r\n");
}

/** Waits until what an upload left is gone, which happens a moment after its connection broke. */
async function untilNothingIsLeft(): Promise<void> {
  while ((await obs.world.leftovers(Bucket)).length > 0 || obs.world.store.openWriters > 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a client that breaks off in the middle of an upload leaves no blob and no row", async () => {
  const socket = await open();
  socket.write(head("PUT", `/${Bucket}/broken`, "Content-Length: 1000000"));
  socket.write(Buffer.alloc(300_000));
  while (obs.world.store.openWriters === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal((await obs.world.leftovers(Bucket)).length, 1);
  socket.destroy();
  await untilNothingIsLeft();
  assert.deepEqual(obs.world.errors, []);
});

test("a client that goes silent in the middle of an upload is given up, and leaves no blob and no row", async () => {
  const socket = await open();
  socket.write(head("PUT", `/${Bucket}/silent`, "Content-Length: 1000000"));
  socket.write(Buffer.alloc(300_000));
  const closed = once(socket, "close");
  while (obs.world.store.openWriters === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  while (obs.world.store.openWriters > 0) {
    await obs.world.timers.advance(75_000);
  }
  await closed;
  await untilNothingIsLeft();
  assert.deepEqual(obs.world.errors, []);
});

test("a client that asks first is told to go on, or why not, before it sends anything", async () => {
  const allowed = await open();
  allowed.write(head("PUT", `/${Bucket}/asked`, "Content-Length: 5", "Expect: 100-continue"));
  await readUntil(allowed, /^HTTP\/1\.1 100 Continue\r\n\r\n$/);
  allowed.write("hello");
  assert.match(await readUntil(allowed, /\r\n\r\n/), /^HTTP\/1\.1 200 /);
  allowed.destroy();
  const refused = await open();
  refused.write(head("PUT", "/no-such-bucket/asked", "Content-Length: 5", "Expect: 100-continue"));
  const answer = await readUntil(refused, /<\/Error>/);
  assert.match(answer, /^HTTP\/1\.1 404 [\s\S]*connection: close/i);
  await once(refused, "close");
  await obs.client().send(new GetObjectCommand({ Bucket, Key: "asked" }));
  await fetch(`${obs.world.endpoint}/${Bucket}/asked`, { method: "DELETE", headers: { "x-auth-token": token } });
});

test("a connection goes on after an upload that was refused", async () => {
  const socket = await open();
  const body = Buffer.alloc(500_000);
  socket.write(head("PUT", "/no-such-bucket/k", `Content-Length: ${body.length}`));
  socket.write(body);
  assert.match(await readUntil(socket, /<\/Error>/), /^HTTP\/1\.1 404 /);
  socket.write(head("GET", "/"));
  assert.match(await readUntil(socket, /<\/ListAllMyBucketsResult>/), /^HTTP\/1\.1 200 /);
  socket.destroy();
});

test("an endless body of a refused upload is cut off", async () => {
  const socket = await open();
  socket.on("error", () => socket.destroy());
  socket.write(head("PUT", "/no-such-bucket/k", "Content-Length: 1000000000"));
  const block = Buffer.alloc(1024 * 1024);
  let sent = 0;
  while (!socket.destroyed && sent < 200) {
    await new Promise((resolve) => socket.write(block, resolve));
    sent++;
  }
  assert.ok(sent < 200, "the connection took 200 MiB that nobody wanted");
});

test("a body that ends before its length leaves nothing", async () => {
  const socket = await open();
  const s3 = obs.client("member", { requestChecksumCalculation: "WHEN_REQUIRED" });
  const target = new URL(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: "short" })));
  const headers = [`Host: ${target.host}`, "Content-Length: 10", "Connection: close"];
  socket.write([`PUT ${target.pathname}${target.search} HTTP/1.1`, ...headers, "", "1234"].join("\r\n"));
  socket.end();
  await once(socket.resume(), "close");
  await untilNothingIsLeft();
});

test("a length that is not told is asked for", async () => {
  const socket = await open();
  socket.write(head("PUT", `/${Bucket}/k`, "Transfer-Encoding: chunked"));
  assert.match(await readUntil(socket, /<\/Error>/), /^HTTP\/1\.1 411 [\s\S]*<Code>MissingContentLength</);
  socket.destroy();
});

test("an address that cannot be read, and a method that does not exist, are refused", async () => {
  for (const [line, expected] of [
    [head("GET", "/%ff"), /400 [\s\S]*<Code>InvalidURI</],
    [head("PATCH", "/b"), /405 [\s\S]*<Code>MethodNotAllowed</],
    [head("PUT", "/b/a%00b", "Content-Length: 0"), /400 [\s\S]*<Code>InvalidArgument</],
  ] as const) {
    const socket = await open();
    socket.write(line);
    assert.match(await readUntil(socket, /<\/Error>/), expected);
    socket.destroy();
  }
});

test("an error to HEAD has no body", async () => {
  const socket = await open();
  socket.write(head("HEAD", `/${Bucket}/missing`) + head("GET", `/${Bucket}?location`));
  const text = await readUntil(socket, /<\/LocationConstraint>/);
  assert.match(text, /^HTTP\/1\.1 404 [^<]*HTTP\/1\.1 200 /);
  socket.destroy();
});

test("XML that is broken, too large or hostile is refused", async () => {
  const url = `${obs.world.endpoint}/${Bucket}?delete`;
  const post = async (body: string) => {
    const answer = await fetch(url, { method: "POST", body, headers: { "x-auth-token": token } });
    return /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1];
  };
  assert.equal(await post("<Delete><Object>"), "MalformedXML");
  assert.equal(await post(""), "MalformedXML");
  assert.equal(await post("<Delete><Object><Key></Key></Object></Delete>"), "MalformedXML");
  assert.equal(await post(`<!DOCTYPE d [<!ENTITY a "b">]><Delete><Object><Key>&a;</Key></Object></Delete>`), "MalformedXML");
  assert.equal(await post(`<Delete>${"<Object><Key>a</Key></Object>".repeat(1001)}</Delete>`), "MalformedXML");
  assert.equal(await post(" ".repeat(7 * 1024 * 1024)), "MaxMessageLengthExceeded");
});

test("a download that is broken off is no failure, and the next one is whole", async () => {
  const s3 = obs.client();
  const Body = Buffer.alloc(30 * 1024 * 1024, 7);
  await s3.send(new PutObjectCommand({ Bucket, Key: "large", Body }));
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "large" }));
  const asked = httpRequest(url).end();
  const [response] = await once(asked, "response");
  response.destroy();
  const answer = await fetch(url);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(Body));
  await fetch(`${obs.world.endpoint}/${Bucket}/large`, { method: "DELETE", headers: { "x-auth-token": token } });
  assert.deepEqual(await obs.world.leftovers(Bucket), []);
  assert.deepEqual(obs.world.errors, []);
});

test("closing lets requests under way finish, and ends idle connections at once", async () => {
  await using other = await ObsSetup.start();
  await other.client().send(new CreateBucketCommand({ Bucket }));
  const headers = { "x-auth-token": await other.world.token("member") };
  const agent = new Agent({ keepAlive: true });
  const asked = httpRequest(`${other.world.endpoint}/${Bucket}/k`, { method: "PUT", headers: { ...headers, "content-length": 5 }, agent });
  asked.write("he");
  while (other.world.store.openWriters === 0) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const closed = other.world.app.close();
  asked.end("llo");
  const [response] = await once(asked, "response");
  assert.equal(response.statusCode, 200);
  response.resume();
  await closed;
  agent.destroy();
});
