import assert from "node:assert/strict";
import { test } from "node:test";
import { ImageV2Error } from "@tintype/contract/image-v2/image-v2-error.ts";
import { imageVersions, VersionsAnswer } from "@tintype/contract/image-v2/versions.table.ts";
import { Value } from "typebox/value";
import type { HTTPMethods, LightMyRequestResponse } from "fastify";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { demo, ImsServer } from "./ims-server.ts";

const unconditional = imageVersions.filter(({ needs }) => needs === undefined);

/** A call without credentials. */
async function anonymously(
  server: ImsServer,
  method: HTTPMethods,
  url: string,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> {
  return await server.app.inject({ method, url, headers: { host: "images.example", ...headers } });
}

test("anyone is told the versions, newest first, with 300, and with 200 at /versions", async () => {
  await using server = await ImsServer.open();
  const bodies = [];
  for (const [url, status] of [
    ["/image", 300],
    ["/image/", 300],
    ["/image/versions", 200],
    ["/image/v9/images", 300],
    ["/image/v2.99/images", 300],
    ["/image/v1", 300],
    ["/image?x=1", 300],
  ] as const) {
    const answer = await anonymously(server, "GET", url);
    assert.equal(answer.statusCode, status, url);
    bodies.push(answer.json<VersionsAnswer>());
  }
  const [first] = bodies;
  assert.ok(first);
  assert.ok(Value.Check(VersionsAnswer, first));
  assert.deepEqual(new Set(bodies.map((body) => JSON.stringify(body))).size, 1);
  assert.deepEqual(
    first.versions.map(({ id }) => id),
    unconditional.map(({ id }) => id).toReversed(),
  );
  assert.deepEqual(
    first.versions.map(({ status }) => status),
    ["CURRENT", ...unconditional.slice(1).map(() => "SUPPORTED")],
  );
  assert.ok(first.versions.every(({ links }) => links[0]?.href === "http://images.example/image/v2/"));
});

test("versions that brought the cache, or several stores, are listed where there are such", async () => {
  const all = imageVersions.map(({ id }) => id);
  const listed = async (server: ImsServer) => (await anonymously(server, "GET", "/image/versions")).json<VersionsAnswer>().versions;
  await using caching = await ImsServer.open({ cache: {} });
  assert.equal((await listed(caching))[0]?.id, "v2.18");
  assert.equal((await listed(caching)).length, all.length - imageVersions.filter(({ needs }) => needs === "stores").length);
  await using world = await TransferWorld.open({ moreStores: ["cold"] });
  await using both = await ImsServer.on(world, { cache: {} });
  assert.deepEqual(
    (await listed(both)).map(({ id }) => id),
    all.toReversed(),
  );
});

test("/v2 shows the current version alone, and nothing is at /v2/", async () => {
  await using server = await ImsServer.open();
  const answer = await anonymously(server, "GET", "/image/v2");
  assert.equal(answer.statusCode, 300);
  assert.deepEqual(
    answer.json<VersionsAnswer>().versions.map(({ id, status }) => `${id} ${status}`),
    [`${unconditional.at(-1)?.id} CURRENT`],
  );
  assert.equal((await anonymously(server, "GET", "/image/v2/")).statusCode, 404);
});

test("the health of the interface is a text for anyone", async () => {
  await using server = await ImsServer.open();
  const answer = await anonymously(server, "GET", "/image/healthcheck");
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers["content-type"]), /^text\/plain/);
  assert.equal(answer.body, "OK");
});

test("all minor versions are one interface, named by the path or by Accept", async () => {
  await using server = await ImsServer.open();
  const headers = { "x-caller": JSON.stringify(demo) };
  for (const [url, accept] of [
    ["/image/v2/schemas/image", "*/*"],
    ["/image/v2.0/schemas/image", "*/*"],
    ["/image/v2.2/schemas/image", "*/*"],
    ["/image/schemas/image", "application/vnd.openstack.images-v2.1"],
  ] as const) {
    const answer = await server.app.inject({ method: "GET", url, headers: { ...headers, accept } });
    assert.equal(answer.statusCode, 200, url);
    assert.equal(answer.json<{ name: string }>().name, "image");
  }
});

test("another method at a known address is 405 and names those that there are; an unknown address is 404", async () => {
  await using server = await ImsServer.open();
  for (const [method, url, allowed] of [
    ["PATCH", "/image/v2/metadefs/namespaces", "GET, HEAD, POST"],
    ["POST", "/image/v2/metadefs/namespaces/OS::Compute::TPM", "GET, HEAD, PUT, DELETE"],
    ["PUT", "/image/v2.1/metadefs/resource_types?x=1", "GET, HEAD"],
    ["DELETE", "/image/v2/schemas/metadefs/tags", "GET, HEAD"],
    ["POST", "/image/versions", "GET, HEAD"],
  ] as const) {
    const answer = await server.call(method, url);
    assert.equal(answer.statusCode, 405, url);
    assert.equal(answer.headers["allow"], allowed);
    assert.ok(Value.Check(ImageV2Error, answer.json()));
  }
  for (const [method, url] of [
    ["GET", "/image/v2/nothing"],
    ["GET", "/image/v2/metadefs/namespaces/"],
    ["DELETE", "/image/v2/metadefs/namespaces/"],
    ["GET", "/image/v2/metadefs/namespaces/a/tags/"],
    ["GET", "/image/v2/schemas"],
    ["GET", "/image/v2/schemas/nothing"],
    ["POST", "/image/v2/schemas/"],
  ] as const) {
    const answer = await server.call(method, url);
    assert.equal(answer.statusCode, 404, url);
    assert.ok(Value.Check(ImageV2Error, answer.json()), url);
  }
});

test("CVE-2015-3988, CVE-2016-4428: a refusal is JSON, plain text for the glance command, and never a page", async () => {
  await using server = await ImsServer.open();
  const url = "/image/v2/metadefs/namespaces/%3Cb%3Ex%3C%2Fb%3E";
  const glance = { "user-agent": "python-glanceclient" };
  const get = async (headers: Record<string, string>) =>
    await server.app.inject({ method: "GET", url, headers: { "x-caller": JSON.stringify(demo), ...headers } });
  for (const headers of [
    {},
    { accept: "*/*" },
    { accept: "application/json" },
    { accept: "text/html" },
    { ...glance, accept: "application/json" },
  ]) {
    const answer = await get(headers);
    assert.match(String(answer.headers["content-type"]), /^application\/json/);
    const { message, ...rest } = answer.json<ImageV2Error>();
    assert.deepEqual(rest, { code: "404 Not Found", title: "Not Found" });
    assert.match(message, /^There is no namespace/);
  }
  const answer = await get({ ...glance, accept: "*/*" });
  assert.equal(answer.statusCode, 404);
  assert.match(String(answer.headers["content-type"]), /^text\/plain/);
  assert.equal(answer.headers["x-content-type-options"], "nosniff");
  assert.match(answer.body, /^404 Not Found\n\nThere is no namespace/);
});

test("an address that cannot be read is refused in the words of the interface", async () => {
  await using server = await ImsServer.open();
  const answer = await server.call("GET", "/image/v2/metadefs/namespaces/%zz");
  assert.equal(answer.statusCode, 400);
  assert.ok(Value.Check(ImageV2Error, answer.json()));
});
