import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { createHash } from "node:crypto";
import { ended, openPlace, readerFor, tasksOf } from "./import-setup.ts";
import { LocatedServer, content } from "./locations-setup.ts";
import { administrator, alt, demo, reader } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const digest = (algorithm: string, bytes: Uint8Array = content): object => ({
  os_hash_algo: algorithm,
  os_hash_value: createHash(algorithm).update(bytes).digest("hex"),
});

async function post(located: LocatedServer, id: string, body: object, caller: Caller = demo) {
  return await located.files.server.call("POST", `/image/v2/images/${id}/locations`, body, caller);
}

test("a location that is posted is imported by a task, and its digest is checked before the image is active", async () => {
  for (const algorithm of ["md5", "sha1", "sha256", "sha512"]) {
    await using located = await LocatedServer.open();
    const id = await located.create();
    const url = `${located.place.url}/disk?signature=word`;
    const answer = await post(located, id, { url, validation_data: digest(algorithm) });
    assert.equal(answer.statusCode, 202, answer.body);
    assert.equal(answer.body, "");
    assert.equal((await ended(located.files, id as ImageId)).status, "succeeded");
    const image = await located.show(id);
    assert.deepEqual([image.status, image.size, image.os_hash_algo], ["active", content.length, "sha512"]);
    assert.deepEqual(image.locations?.at(-1), { url, metadata: {} });
    assert.ok((await located.files.get(id)).bytes.equals(content));
    const [task] = await tasksOf(located.files, id);
    assert.equal(task?.status, "success");
    assert.equal(task.request_id, answer.headers["x-openstack-request-id"]);
    assert.deepEqual(task.input, { image_id: id, loc_url: `${located.place.url}/disk?…` });
  }
});

test("a wrong digest fails the task, and the image waits again with nothing kept", async () => {
  await using located = await LocatedServer.open();
  const id = await located.create();
  const body = { url: located.place.url, validation_data: digest("sha256", Buffer.from("other")) };
  assert.equal((await post(located, id, body)).statusCode, 202);
  assert.equal((await ended(located.files, id as ImageId)).status, "failed");
  const [task] = await tasksOf(located.files, id);
  assert.equal(task?.status, "failure");
  assert.match(task.message, /its sha256 is .* was promised/);
  const image = await located.show(id);
  assert.deepEqual([image.status, image.size, image.checksum, image.locations], ["queued", null, null, []]);
  assert.deepEqual(await located.files.server.world.contents(), [`image ${id} queued`]);
  located.files.server.world.clock.advance(1000);
  assert.equal((await post(located, id, { url: located.place.url })).statusCode, 202);
  assert.equal((await ended(located.files, id as ImageId)).status, "succeeded");
});

test("what cannot be a location is refused at once, by its status", async () => {
  await using located = await LocatedServer.open();
  const { url } = located.place;
  const id = await located.create();
  const hash = (os_hash_algo: string, os_hash_value: string) => ({ url, validation_data: { os_hash_algo, os_hash_value } });
  const cases: readonly (readonly [number, object])[] = [
    [400, {}],
    [400, { url: 1 }],
    [400, { url: "" }],
    [400, { url: "file:///etc/passwd" }],
    [400, { url, validation_data: {} }],
    [400, { url, validation_data: { os_hash_algo: "md5" } }],
    [400, { url, validation_data: { ...digest("md5"), more: "x" } }],
    [400, hash("sha3", "a".repeat(64))],
    [400, hash("md5", "a".repeat(31))],
    [400, hash("sha1", "a".repeat(41))],
    [400, hash("sha256", "a".repeat(63))],
    [400, hash("sha512", "a".repeat(129))],
    [400, hash("sha512", "g".repeat(128))],
    [400, hash("sha512", "")],
  ];
  for (const [status, body] of cases) {
    const answer = await post(located, id, body);
    assert.equal(answer.statusCode, status, `${JSON.stringify(body)} ${answer.body}`);
  }
  assert.equal((await post(located, await located.create({ disk_format: null }), { url })).statusCode, 409);
  assert.equal((await post(located, await located.located(), { url })).statusCode, 409);
  const filled = await located.create();
  assert.equal((await located.files.put(filled, content)).status, 204);
  assert.equal((await post(located, filled, { url })).statusCode, 409);
  assert.deepEqual(await tasksOf(located.files, id), []);
});

test("of two posted locations one is taken, and who does not own the image posts none", async () => {
  await using located = await LocatedServer.open({ holdJobs: true });
  const [shown, hidden] = [await located.create({ visibility: "community" }), await located.create()];
  const body = { url: located.place.url };
  assert.equal((await post(located, shown, body, alt)).statusCode, 403);
  assert.equal((await post(located, shown, body, reader)).statusCode, 403);
  assert.equal((await post(located, hidden, body, alt)).statusCode, 404);
  const answers = await Promise.all([post(located, hidden, body), post(located, hidden, body)]);
  assert.deepEqual(answers.map(({ statusCode }) => String(statusCode)).toSorted(), ["202", "409"]);
  const image = await located.show(hidden);
  assert.deepEqual([image.status, image.locations], ["importing", []]);
});

test("a posted location whose image is deleted while it is imported leaves nothing", async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  await using place = await openPlace((_, response) => {
    response.write(content.subarray(0, 1000));
    begin();
    void released.then(() => response.end(content.subarray(1000)));
  });
  await using located = await LocatedServer.open(
    {},
    (_, response) => response.writeHead(307, { location: place.url }).end(),
    (outer) => readerFor([outer, place]),
  );
  const id = await located.create();
  assert.equal((await post(located, id, { url: located.place.url })).statusCode, 202);
  await begun;
  assert.equal((await located.files.server.call("DELETE", `/image/v2/images/${id}`)).statusCode, 204);
  release();
  assert.equal((await ended(located.files, id as ImageId)).error?.code, "image.gone");
  assert.deepEqual(await located.files.server.world.contents(), []);
});

test("locations by their own call are for administrators, also where they are hidden from everybody else", async () => {
  await using located = await LocatedServer.open({ locations: "hidden" });
  const { server } = located.files;
  const id = await located.create();
  assert.equal((await post(located, id, { url: located.place.url })).statusCode, 202);
  assert.equal((await ended(located.files, id as ImageId)).status, "succeeded");
  const get = async (caller: Caller, image = id) => await server.call("GET", `/image/v2/images/${image}/locations`, undefined, caller);
  const answer = await get(administrator);
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), [
    { url: `tintype://main/${id}`, metadata: { store: "main" } },
    { url: located.place.url, metadata: {} },
  ]);
  assert.equal((await get(demo)).statusCode, 403);
  assert.equal((await get(alt)).statusCode, 404);
  assert.deepEqual((await get(administrator, await located.create())).json(), []);
  assert.ok(!("locations" in (await located.show(id))));
});
