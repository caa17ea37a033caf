import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ImageId, ProjectId } from "@tintype/server/ports/ids.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import { FileServer, noise } from "./image-files-setup.ts";
import { ended, importImage, openPlace, readerFor, tasksOf } from "./import-setup.ts";
import { administrator, alt, demo, reader } from "./ims-server.ts";

const file = noise(2 * 1024 * 1024 + 5);
const moreStores = ["far", "near"];
const direct = { name: "glance-direct" };
const copyMethod = { name: "copy-image" };

async function shown(files: FileServer, id: string): Promise<Record<string, unknown>> {
  return (await files.server.call("GET", `/image/v2/images/${id}`)).json();
}

/** Names of stores that hold all of an image, once it was seen that it says the same. */
async function held(files: FileServer, id: ImageId): Promise<readonly string[]> {
  const { disks, stores } = await files.image(id);
  for (const { blobId } of disks) {
    assert.deepEqual(await files.server.world.stores.holding(blobId), stores);
  }
  return stores;
}

async function staged(files: FileServer, fields: Partial<ImageRecord> = {}): Promise<ImageId> {
  const id = await files.declare("raw", fields);
  assert.equal((await files.put(id, file, undefined, "stage")).status, 204);
  return id;
}

/** Asks for an import or a copy, and waits for its end. */
// oxlint-disable-next-line max-params -- a call reads best on one line
async function done(files: FileServer, id: ImageId, method: object, more: object, caller = demo) {
  files.server.world.clock.advance(1000);
  const answer = await importImage(files, id, method, more, caller);
  assert.equal(answer.statusCode, 202, answer.body);
  return await ended(files, id);
}

test("a staged file is imported to the stores that are named, to all of them, or to the default one", async () => {
  await using files = await FileServer.open({ moreStores });
  const cases: readonly (readonly [more: object, stores: string])[] = [
    [{ stores: ["near", "far", "near"] }, "far,near"],
    [{ all_stores: true }, "main,far,near"],
    [{ all_stores: true, all_stores_must_succeed: false }, "main,far,near"],
    [{ all_stores: false, stores: ["near"] }, "near"],
    [{}, "main"],
  ];
  for (const [more, stores] of cases) {
    const id = await staged(files);
    const job = await done(files, id, direct, more);
    assert.equal(job.status, "succeeded", JSON.stringify(job.error));
    const image = await shown(files, id);
    assert.deepEqual([image["status"], image["stores"]], ["active", stores]);
    assert.deepEqual([image["os_glance_importing_to_stores"], image["os_glance_failed_import"]], ["", ""]);
    assert.ok(!("os_glance_import_task" in image));
    assert.equal((await held(files, id)).join(","), stores);
    assert.ok((await files.get(id)).bytes.equals(file));
  }
});

test("a file from an address is imported to the store that the header names", async () => {
  await using place = await openPlace((_, response) => response.end(file));
  await using files = await FileServer.open({ moreStores, urlReader: readerFor([place]) });
  const id = await files.declare("raw");
  const headers = { "x-caller": JSON.stringify(demo), "content-type": "application/json", "x-image-meta-store": "near" };
  const payload = JSON.stringify({ method: { name: "web-download", uri: place.url } });
  const url = `/image/v2/images/${id}/import`;
  assert.equal((await files.server.app.inject({ method: "POST", url, headers, payload })).statusCode, 202);
  await ended(files, id);
  assert.deepEqual(await held(files, id), ["near"]);
  assert.ok((await files.get(id)).bytes.equals(file));
});

test("what an import to stores cannot mean is refused at once, by its status", async () => {
  await using files = await FileServer.open({ moreStores });
  const id = await staged(files);
  const cases: readonly (readonly [status: number, more: object, header?: string])[] = [
    [400, { stores: ["far"], all_stores: true }],
    [400, { stores: ["far"] }, "near"],
    [400, { all_stores: true }, "near"],
    [400, { stores: [] }],
    [400, { stores: "far" }],
    [400, { stores: [7] }],
    [400, { all_stores: "true" }],
    [400, { all_stores_must_succeed: "no" }],
    [409, { stores: ["far", "elsewhere"] }],
    [409, {}, "elsewhere"],
    [409, { stores: ["__proto__"] }],
  ];
  for (const [status, more, header] of cases) {
    const headers = {
      "x-caller": JSON.stringify(demo),
      "content-type": "application/json",
      ...(header !== undefined && { "x-image-meta-store": header }),
    };
    const payload = JSON.stringify({ method: direct, ...more });
    const answer = await files.server.app.inject({ method: "POST", url: `/image/v2/images/${id}/import`, headers, payload });
    assert.equal(answer.statusCode, status, `${payload} ${header} ${answer.body}`);
  }
  assert.equal((await files.image(id)).status, "uploading");
  assert.deepEqual(await tasksOf(files, id), []);
});

test("an import whose stores must all succeed leaves nothing when one does not, and the image waits again", async () => {
  await using files = await FileServer.open({ moreStores, full: new Set(["near"]) });
  const id = await staged(files);
  const job = await done(files, id, direct, { all_stores: true });
  assert.equal(job.status, "failed");
  assert.match(job.error?.message ?? "", /full/);
  const image = await shown(files, id);
  assert.deepEqual([image["status"], image["os_glance_importing_to_stores"]], ["queued", ""]);
  assert.equal(image["os_glance_failed_import"], "far,main,near");
  assert.deepEqual(await files.server.world.contents(), [`image ${id} queued`]);
});

test("an import whose stores need not all succeed goes on without those that fail, and names them", async () => {
  const full = new Set(["main", "near"]);
  await using place = await openPlace((_, response) => response.end(file));
  await using files = await FileServer.open({ moreStores, full, urlReader: readerFor([place]) });
  const id = await files.declare("raw");
  const web = { name: "web-download", uri: place.url };
  const job = await done(files, id, web, { all_stores: true, all_stores_must_succeed: false });
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  const image = await shown(files, id);
  assert.deepEqual([image["stores"], image["os_glance_failed_import"]], ["far", "main,near"]);
  assert.deepEqual(await held(files, id), ["far"]);
  full.add("far");
  const other = await files.declare("raw");
  assert.equal((await done(files, other, web, { all_stores: true, all_stores_must_succeed: false })).status, "failed");
  assert.equal((await files.image(other)).status, "queued");
});

test("while an import waits for its turn, the image and the list tell its task and its stores, and no patch keeps that", async () => {
  await using files = await FileServer.open({ moreStores, holdJobs: true });
  const id = await staged(files);
  const idle = await files.declare("raw");
  assert.equal((await importImage(files, id, direct, { stores: ["near", "far"] })).statusCode, 202);
  const [task] = await tasksOf(files, id);
  const told = { os_glance_import_task: task?.id, os_glance_importing_to_stores: "far,near", os_glance_failed_import: "" };
  const { images } = (await files.server.call("GET", "/image/v2/images")).json<{ images: Record<string, unknown>[] }>();
  const listed = images.find((image) => image["id"] === id);
  for (const image of [await shown(files, id), listed]) {
    assert.deepEqual(Object.fromEntries(Object.keys(told).map((name) => [name, image?.[name]])), told);
    assert.ok(!("stores" in (image ?? {})));
  }
  assert.ok(!Object.keys(images.find((image) => image["id"] === idle) ?? {}).some((name) => name.startsWith("os_glance")));
  const patch = JSON.stringify([{ op: "add", path: "/mine", value: "yes" }]);
  const type = "application/openstack-images-v2.1-json-patch";
  assert.equal((await files.server.call("PATCH", `/image/v2/images/${id}`, patch, demo, type)).statusCode, 200);
  assert.deepEqual((await files.image(id)).properties, { mine: "yes" });
});

test("copy-image brings an image to more stores while it stays active, and all_stores means those that have not got it", async () => {
  await using files = await FileServer.open({ moreStores, holdJobs: true });
  const id = await files.declare("raw");
  await files.put(id, file);
  const answer = await importImage(files, id, copyMethod, { stores: ["near"] }, administrator);
  assert.equal(answer.statusCode, 202, answer.body);
  const [job] = await files.server.world.catalog.jobs.list({ subjectId: id });
  assert.ok(job);
  const during = await shown(files, id);
  assert.deepEqual([during["status"], during["stores"], during["os_glance_importing_to_stores"]], ["active", "main", "near"]);
  assert.ok((await files.get(id)).bytes.equals(file));
  for (const method of [copyMethod, direct]) {
    assert.equal((await importImage(files, id, method, { stores: ["far"] }, administrator)).statusCode, 409);
  }
  assert.equal((await files.server.call("DELETE", `/image/v2/stores/main/${id}`, undefined, administrator)).statusCode, 409);
  files.server.jobs.dispatch(job.id);
  assert.equal((await files.server.jobs.wait(job.id)).status, "succeeded");
  assert.deepEqual(await held(files, id), ["main", "near"]);
  const [task] = await tasksOf(files, id);
  assert.deepEqual([task?.status, task?.message, task?.request_id], ["success", "Copied 2 MiB", answer.headers["x-openstack-request-id"]]);
  assert.equal(task?.input.import_req.method["name"], "copy-image");
  files.server.world.clock.advance(1000);
  assert.equal((await importImage(files, id, copyMethod, { all_stores: true }, administrator)).statusCode, 202);
  const [next] = await files.server.world.catalog.jobs.list({ subjectId: id });
  files.server.jobs.dispatch(next?.id ?? "");
  assert.equal((await files.server.jobs.wait(next?.id ?? "")).status, "succeeded");
  assert.equal((await shown(files, id))["stores"], "main,far,near");
  const tasks = (await tasksOf(files, id)).length;
  assert.equal((await importImage(files, id, copyMethod, { all_stores: true }, administrator)).statusCode, 202);
  assert.equal((await tasksOf(files, id)).length, tasks);
});

test("copy-image is refused to others than administrators, for images without content, and for stores that have it or are not there", async () => {
  await using files = await FileServer.open({ moreStores });
  const id = await files.declare("raw", { visibility: "community" });
  const hidden = await files.declare("raw");
  assert.equal((await importImage(files, id, copyMethod, { all_stores: true }, administrator)).statusCode, 409);
  await files.put(id, file);
  for (const caller of [demo, alt, reader]) {
    assert.equal((await importImage(files, id, copyMethod, { all_stores: true }, caller)).statusCode, 403);
  }
  assert.equal((await importImage(files, hidden, copyMethod, { all_stores: true }, alt)).statusCode, 404);
  const cases: readonly (readonly [status: number, more: object])[] = [
    [400, { stores: ["near", "main"] }],
    [400, {}],
    [409, { stores: ["elsewhere"] }],
    [400, { stores: ["near"], all_stores: true }],
  ];
  for (const [status, more] of cases) {
    assert.equal((await importImage(files, id, copyMethod, more, administrator)).statusCode, status, JSON.stringify(more));
  }
  await files.server.call("POST", `/image/v2/images/${id}/actions/deactivate`, undefined, administrator);
  assert.equal((await importImage(files, id, copyMethod, { all_stores: true }, administrator)).statusCode, 409);
  assert.deepEqual(await held(files, id), ["main"]);
});

test("a copy to a store that fails leaves the image where it was, or in the stores that took it", async () => {
  await using files = await FileServer.open({ moreStores, full: new Set(["near"]) });
  const id = await files.declare("raw");
  await files.put(id, file);
  assert.equal((await done(files, id, copyMethod, { all_stores: true }, administrator)).status, "failed");
  assert.deepEqual(await held(files, id), ["main"]);
  let image = await shown(files, id);
  assert.deepEqual([image["status"], image["stores"], image["os_glance_failed_import"]], ["active", "main", "far,near"]);
  const lenient = { all_stores: true, all_stores_must_succeed: false };
  assert.equal((await done(files, id, copyMethod, lenient, administrator)).status, "succeeded");
  assert.deepEqual(await held(files, id), ["main", "far"]);
  image = await shown(files, id);
  assert.deepEqual([image["stores"], image["os_glance_failed_import"]], ["main,far", "near"]);
  assert.ok((await files.get(id)).bytes.equals(file));
});

test("all disks of an image of a whole machine are copied, encrypted ones with their keys", async () => {
  await using files = await FileServer.open({ moreStores });
  const { world } = files.server;
  const encryption = { keyId: (await defaultImageKey(world.keys, "demo" as ProjectId)).id };
  const image = await world.addImage("demo", file, { encryption });
  const [other] = (await world.addImage("demo", file.subarray(7))).disks;
  const [first] = image.disks;
  assert.ok(first && other);
  await world.catalog.images.update(image.id, { disks: [first, other], updatedAt: 1 });
  assert.equal((await done(files, image.id, copyMethod, { stores: ["near"] }, administrator)).status, "succeeded");
  assert.deepEqual(await held(files, image.id), ["main", "near"]);
  assert.equal((await files.server.call("DELETE", `/image/v2/stores/main/${image.id}`, undefined, administrator)).statusCode, 204);
  assert.deepEqual(await held(files, image.id), ["near"]);
  const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
  assert.equal(digest(await world.readBlob(first.blobId)), digest(file));
  assert.equal(digest(await world.readBlob(other.blobId)), digest(file.subarray(7)));
});

test("an image that is deleted before its copy runs ends the copy, and nothing is left", async () => {
  await using files = await FileServer.open({ moreStores, holdJobs: true });
  const id = await files.declare("raw");
  await files.put(id, file);
  assert.equal((await importImage(files, id, copyMethod, { all_stores: true }, administrator)).statusCode, 202);
  assert.equal((await files.server.call("DELETE", `/image/v2/images/${id}`)).statusCode, 204);
  const [job] = await files.server.world.catalog.jobs.list({ subjectId: id });
  files.server.jobs.dispatch(job?.id ?? "");
  assert.equal((await files.server.jobs.wait(job?.id ?? "")).status, "failed");
  assert.deepEqual(await files.server.world.contents(), []);
});
