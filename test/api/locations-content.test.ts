import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { digestOf } from "./image-files-setup.ts";
import { openPlace, tasksOf } from "./import-setup.ts";
import { LocatedServer, content, promise } from "./locations-setup.ts";
import { administrator, alt, demo, reader } from "./ims-server.ts";

const minuteMs = 60_000;

/** A place that answers the look at a location at once, and what is fetched later in two halves. */
function slowly() {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  let requests = 0;
  const answer: Parameters<typeof openPlace>[0] = (_, response) => {
    requests += 1;
    response.setHeader("content-length", content.length);
    if (requests === 1) {
      response.end(content);
      return;
    }
    response.write(content.subarray(0, 100_000));
    begin();
    void released.then(() => response.end(content.subarray(100_000)));
  };
  return { answer, begun, release };
}

test("the content of a location comes with its first use, whoever reads it, and is the image's for ever", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located({ validation_data: promise(content) }, { visibility: "community" });
  assert.deepEqual(await located.files.server.world.contents(), [`image ${id} active elsewhere`]);
  const answer = await located.files.get(id, {}, { caller: alt });
  assert.equal(answer.status, 200, answer.message);
  assert.ok(answer.bytes.equals(content));
  assert.equal(answer.headers["content-md5"], digestOf("md5", content));
  const image = await located.show(id);
  assert.deepEqual([image.status, image.size, image.virtual_size], ["active", content.length, 200_192]);
  assert.deepEqual([image.checksum, image.os_hash_value], [promise(content).checksum, promise(content).os_hash_value]);
  const url = `${located.place.url}/a.raw`;
  assert.deepEqual(image.locations, [
    { url: `tintype://main/${id}`, metadata: { store: "main" } },
    { url, metadata: {} },
  ]);
  const asked = located.place.requests.length;
  assert.ok((await located.files.get(id, { range: "bytes=10-19" })).bytes.equals(content.subarray(10, 20)));
  assert.equal(located.place.requests.length, asked);
  const [task] = await tasksOf(located.files, id);
  assert.equal(task?.status, "success");
  assert.deepEqual(task.input, { image_id: id });
  assert.equal(task.user_id, "", "who in another project used the image is none of its owner's business");
});

test("a range that is asked for first is a range of the whole content, and a look at the length fetches nothing", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located();
  assert.equal((await located.files.get(id, {}, { method: "HEAD" })).status, 204);
  assert.deepEqual(await tasksOf(located.files, id), []);
  const answer = await located.files.get(id, { range: "bytes=-5" });
  assert.equal(answer.status, 206);
  assert.ok(answer.bytes.equals(content.subarray(-5)));
  assert.equal((await tasksOf(located.files, id)).at(0)?.user_id, "user-of-demo");
});

test("many who read first wait for one and the same fetch", async () => {
  const { answer, begun, release } = slowly();
  await using located = await LocatedServer.open({}, answer);
  const id = await located.located({}, { visibility: "community" });
  const reading = Array.from({ length: 8 }, (_, index) => located.files.get(id, {}, { caller: index % 2 === 0 ? demo : alt }));
  await begun;
  const later = located.files.get(id);
  assert.equal((await located.show(id)).status, "active");
  release();
  for (const { status, bytes } of await Promise.all([...reading, later])) {
    assert.equal(status, 200);
    assert.ok(bytes.equals(content));
  }
  assert.equal(located.place.requests.length, 2);
  assert.equal((await tasksOf(located.files, id)).length, 1);
});

test("a fetch goes on when the client that began it leaves, which nobody waits for any more", async () => {
  const { answer, begun, release } = slowly();
  await using located = await LocatedServer.open({}, answer);
  const id = (await located.located()) as ImageId;
  const { jobs } = located.files.server;
  const waiting = Promise.withResolvers<unknown>();
  const wait = jobs.wait.bind(jobs);
  jobs.wait = (...asked) => {
    const ended = wait(...asked);
    waiting.resolve(ended.then(({ status }) => status).catch(() => "left"));
    return ended;
  };
  const { call } = located.files.begin("GET", `${id}/file`, {});
  call.end();
  await begun;
  call.destroy();
  assert.equal(await waiting.promise, "left");
  jobs.wait = wait;
  release();
  const [job] = await located.files.server.world.catalog.jobs.list({ subjectId: id });
  assert.equal((await located.files.server.jobs.wait(job?.id ?? "")).status, "succeeded");
  assert.equal((await located.files.image(id)).status, "active");
});

test("a service that stops does not wait for a fetch, which goes on afterwards", async () => {
  const { answer, begun } = slowly();
  await using located = await LocatedServer.open({}, answer);
  const id = (await located.located()) as ImageId;
  const reading = located.files.get(id);
  await begun;
  await located.files.server.app.close();
  const { status, message } = await reading;
  assert.equal(status, 409);
  assert.match(message, /the service stops/);
  await located.files.server.jobs.close();
  const [job] = await located.files.server.world.catalog.jobs.list({ subjectId: id });
  assert.equal(job?.status, "running");
});

test("content that breaks its promise is not kept: its owner is told why, others are not, and the image stays elsewhere", async () => {
  const other = Buffer.from(content);
  other[77] = (other[77] ?? 0) ^ 1;
  await using located = await LocatedServer.open({}, (_, response) => response.end(other));
  const id = await located.located({ validation_data: promise(content) }, { visibility: "community" });
  const owner = await located.files.get(id);
  assert.equal(owner.status, 409);
  assert.match(owner.message, /not here yet: What lies at the location is not what was promised: its (?:md5|sha512) is/);
  const stranger = await located.files.get(id, {}, { caller: alt });
  assert.equal(stranger.status, 409);
  assert.doesNotMatch(stranger.message, /promised|127\.0\.0\.1/);
  assert.match(stranger.message, /its owner is told why/);
  const asked = located.place.requests.length;
  assert.equal((await located.files.get(id, {}, { caller: administrator })).status, 409);
  assert.equal(located.place.requests.length, asked, "a place that failed a moment ago is left in peace");
  assert.deepEqual(await located.files.server.world.contents(), [`image ${id} active elsewhere`]);
  const image = await located.show(id);
  assert.deepEqual([image.status, image.checksum], ["active", promise(content).checksum]);
  assert.equal((await tasksOf(located.files, id)).at(0)?.status, "failure");
});

test("a place that failed is asked again a minute later, or when its owner named another one", async () => {
  let isUp = false;
  let looks = 0;
  await using located = await LocatedServer.open({}, (_, response) => {
    looks += 1;
    response.writeHead(looks === 1 || isUp ? 200 : 503).end(content);
  });
  const { clock } = located.files.server.world;
  const id = await located.located();
  const refused = await located.files.get(id);
  assert.equal(refused.status, 409);
  assert.match(refused.message, /answered 503/);
  isUp = true;
  clock.advance(minuteMs - 1);
  assert.equal((await located.files.get(id)).status, 409);
  clock.advance(1);
  assert.equal((await located.files.get(id)).status, 200);

  isUp = false;
  looks = 0;
  const next = await located.located();
  assert.equal((await located.files.get(next)).status, 409);
  isUp = true;
  clock.advance(1);
  assert.equal((await located.add(next, { url: `${located.place.url}/other`, metadata: {} })).statusCode, 200);
  assert.equal((await located.files.get(next)).status, 200);
});

test("where the first place fails, the next one gives the content", async () => {
  let isFirstUp = true;
  await using located = await LocatedServer.open({}, (request, response) => {
    response.writeHead(request.url === "/a.raw" && !isFirstUp ? 404 : 200).end(content);
  });
  const id = await located.located({ validation_data: promise(content) });
  assert.equal((await located.add(id, { url: `${located.place.url}/second`, metadata: {} })).statusCode, 200);
  isFirstUp = false;
  assert.equal((await located.files.get(id)).status, 200);
  assert.deepEqual(
    located.place.requests.map(({ url }) => url),
    ["/a.raw", "/second", "/a.raw", "/second"],
  );
});

test("a place whose length has changed, longer or shorter, does not give the content", async () => {
  for (const later of [content.subarray(1), Buffer.concat([content, content])]) {
    let looks = 0;
    await using located = await LocatedServer.open({}, (_, response) => {
      looks += 1;
      response.end(looks === 1 ? content : later);
    });
    const id = await located.located();
    const answer = await located.files.get(id);
    assert.equal(answer.status, 409);
    assert.match(answer.message, /200000/);
    assert.deepEqual(await located.files.server.world.contents(), [`image ${id} active elsewhere`]);
  }
});

test("a place that tells no length is taken, and what comes decides", async () => {
  await using located = await LocatedServer.open({}, (_, response) => {
    response.write(content.subarray(0, 1000));
    response.end(content.subarray(1000));
  });
  const id = await located.located();
  assert.equal((await located.show(id)).size, null);
  assert.ok((await located.files.get(id)).bytes.equals(content));
  assert.equal((await located.show(id)).size, content.length);
});

test("deleting an image ends its fetch, and whoever waits for it is told that there is none", async () => {
  const { answer, begun, release } = slowly();
  await using located = await LocatedServer.open({}, answer);
  const id = await located.located();
  const reading = located.files.get(id);
  await begun;
  assert.equal((await located.files.server.call("DELETE", `/image/v2/images/${id}`)).statusCode, 204);
  release();
  assert.equal((await reading).status, 404);
  assert.deepEqual(await located.files.server.world.contents(), []);
});

test("an image that is put out of use while its content is elsewhere gives nothing, and is elsewhere again afterwards", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located({ validation_data: promise(content) });
  const act = async (name: string) => (await located.files.server.call("POST", `/image/v2/images/${id}/actions/${name}`)).statusCode;
  assert.equal(await act("reactivate"), 204);
  assert.equal(await act("deactivate"), 204);
  const image = await located.show(id);
  assert.deepEqual([image.status, image.size, image.checksum], ["deactivated", content.length, promise(content).checksum]);
  assert.equal((await located.files.get(id)).status, 403);
  assert.equal((await located.files.get(id, {}, { caller: administrator })).status, 204);
  assert.equal((await located.add(id, { url: `${located.place.url}/2`, metadata: {} })).statusCode, 409);
  assert.equal(located.place.requests.length, 1);
  assert.equal(await act("reactivate"), 204);
  assert.equal((await located.files.get(id)).status, 200);
});

test("while its content is elsewhere an image takes no file and no import, and who may not read images brings nothing", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located();
  assert.equal((await located.files.put(id, content)).status, 409);
  assert.equal((await located.files.put(id, content, undefined, "stage")).status, 409);
  const { server } = located.files;
  const method = { name: "web-download", uri: located.place.url };
  assert.equal((await server.call("POST", `/image/v2/images/${id}/import`, { method })).statusCode, 409);
  assert.equal((await server.call("POST", `/image/v2/images/${id}/locations`, { url: located.place.url })).statusCode, 409);
  assert.equal((await located.files.get(id, {}, { caller: reader })).status, 403);
  assert.equal((await located.files.get(id, {}, { caller: alt })).status, 404);
  assert.deepEqual(await tasksOf(located.files, id), []);
});

test("IMS shows an image whose content is elsewhere as queued, and does with it what it does with images without content", async () => {
  await using located = await LocatedServer.open();
  const id = await located.located();
  const { server } = located.files;
  const [shown] = await server.list(`?id=${id}`);
  assert.equal(shown?.["status"], "queued");
  assert.equal((await server.list("?status=queued")).length, 1);
  assert.deepEqual(await server.list("?status=active"), []);
  const refusals = [
    await server.call("POST", `/v1/cloudimages/${id}/file`, { bucket_url: "b:o", file_format: "raw" }),
    await server.call("POST", `/v1/cloudimages/${id}/copy`, { name: "copy" }),
    await server.call("POST", `/v1/cloudimages/${id}/cross_region_copy`, {
      name: "copy",
      region: "elsewhere",
      project_name: "p",
      agency_name: "a",
    }),
    await server.call("PATCH", `/v2/cloudimages/${id}`, [{ op: "replace", path: "/name", value: "other" }]),
    await server.call("POST", "/v1/cloudimages/members", { images: [id], projects: ["alt"] }),
    await server.call("GET", `/api/v1/images/${id}/content`),
    await server.call("PUT", `/v1/cloudimages/${id}/upload`, { image_url: "b:o" }),
  ];
  for (const answer of refusals) {
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${answer.statusCode} ${answer.body}`);
  }
  const explained = await server.call("GET", `/api/v1/images/${id}/capabilities`);
  assert.equal(explained.statusCode, 200);
  const { capabilities } = explained.json<{ capabilities: { operation: string; allowed: boolean }[] }>();
  const allowed = capabilities.filter((capability) => capability.allowed).map(({ operation }) => operation);
  assert.deepEqual(
    allowed.filter((name) => ["export", "quickExport", "copy", "update", "share"].includes(name)),
    [],
  );
  assert.ok(allowed.includes("delete"));
  assert.match((await server.call("GET", "/api/v1/images.csv?scope=private")).body, new RegExp(`${id}.*Waiting`));
  assert.equal((await server.call("GET", "/image/v2/info/usage")).statusCode, 200);
  assert.equal((await server.call("PUT", `/image/v2/images/${id}/tags/seen`)).statusCode, 204);
  assert.equal((await server.call("DELETE", `/v2/images/${id}`)).statusCode, 204);
  assert.equal(located.place.requests.length, 1);
});
