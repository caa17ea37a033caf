import assert from "node:assert/strict";
import { test } from "node:test";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { FileServer, digestOf, noise, octets } from "./image-files-setup.ts";
import { administrator, alt, reader } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const file = noise(2 * 1024 * 1024 + 5);
const moreStores = ["far", "near"];
const absent = "5e7a2f3c-8f0b-4f3e-9a55-0d8b7a0c1d2e";

/** What a call answered, with its status. */
async function call(files: FileServer, method: "GET" | "DELETE" | "POST" | "PATCH", path: string, caller?: Caller) {
  const answer = await files.server.call(method, `/image/v2/${path}`, undefined, caller);
  return { status: answer.statusCode, body: answer.body === "" ? {} : answer.json<Record<string, unknown>>(), headers: answer.headers };
}

/** The stores that an image says it is in, once it was seen that it is. */
async function storesOf(files: FileServer, id: ImageId): Promise<unknown> {
  const { disks, stores } = await files.image(id);
  for (const { blobId } of disks) {
    assert.deepEqual(await files.server.world.stores.holding(blobId), stores);
  }
  return (await call(files, "GET", `images/${id}`)).body["stores"];
}

/** Makes an image whose file is in these stores. */
async function imageIn(files: FileServer, names: readonly string[]): Promise<ImageId> {
  const id = await files.declare("raw");
  assert.equal((await files.put(id, file, undefined, "stage")).status, 204);
  const body = { method: { name: "glance-direct" }, stores: names };
  assert.equal((await files.server.call("POST", `/image/v2/images/${id}/import`, body)).statusCode, 202);
  await files.reached(id, "active");
  const [job] = await files.server.world.catalog.jobs.list({ subjectId: id });
  await files.server.jobs.wait(job?.id ?? "");
  return id;
}

test("the stores are told in the order of preference, and where they lie to administrators alone", async () => {
  await using files = await FileServer.open({ moreStores });
  const stores = [{ id: "main", default: "true" }, { id: "far" }, { id: "near" }];
  for (const caller of [undefined, reader, alt]) {
    assert.deepEqual((await call(files, "GET", "info/stores", caller)).body, { stores });
  }
  assert.equal((await call(files, "GET", "info/stores/detail")).status, 403);
  const { status, body } = await call(files, "GET", "info/stores/detail", administrator);
  assert.equal(status, 200);
  const places = files.server.world.stores.all.map(({ place }) => place);
  assert.deepEqual(body, {
    stores: stores.map((store, index) => ({ ...store, type: "file", weight: 0 - index, properties: { data_dir: places[index] } })),
  });
  const methods = (await call(files, "GET", "info/import")).body["import-methods"] as { readonly value: readonly string[] };
  assert.deepEqual(methods.value, ["glance-direct", "web-download", "glance-download", "copy-image"]);
});

test("the answer to making an image names the stores where there are several, and the image does not before it has content", async () => {
  await using files = await FileServer.open({ moreStores });
  const made = await files.server.call("POST", "/image/v2/images", {});
  assert.equal(made.headers["openstack-image-store-ids"], "main,far,near");
  assert.match(String(made.headers["openstack-image-import-methods"]), /,copy-image$/);
  assert.ok(!("stores" in made.json<object>()));
  for (const name of ["stores", "os_glance_import_task", "os_glance_importing_to_stores", "os_glance_failed_import"]) {
    assert.equal((await files.server.call("POST", "/image/v2/images", { [name]: "x" })).statusCode, 403, name);
    const patch = JSON.stringify([{ op: "add", path: `/${name}`, value: "x" }]);
    const { id } = made.json<{ id: string }>();
    const type = "application/openstack-images-v2.1-json-patch";
    assert.equal((await files.server.call("PATCH", `/image/v2/images/${id}`, patch, undefined, type)).statusCode, 403, name);
  }
  await using one = await FileServer.open();
  assert.equal((await one.server.call("POST", "/image/v2/images", {})).headers["openstack-image-store-ids"], undefined);
  const id = await one.declare("raw");
  await one.put(id, file);
  assert.ok(!("stores" in (await call(one, "GET", `images/${id}`)).body));
});

test("a file goes to the store that its header names, to the default one without it, and nowhere when there is no such store", async () => {
  await using files = await FileServer.open({ moreStores });
  const usual = await files.declare("raw");
  assert.equal((await files.put(usual, file)).status, 204);
  assert.equal(await storesOf(files, usual), "main");
  const named = await files.declare("raw");
  const refused = await files.put(named, file, { ...octets, "x-image-meta-store": "elsewhere" });
  assert.equal(refused.status, 400);
  assert.match(refused.message, /no store elsewhere/);
  assert.equal((await files.image(named)).status, "queued");
  assert.equal((await files.put(named, file, { ...octets, "x-image-meta-store": "near" })).status, 204);
  assert.equal(await storesOf(files, named), "near");
  assert.ok((await files.get(named)).bytes.equals(file));
  const listed = (await call(files, "GET", "images")).body["images"] as readonly { readonly id: string; readonly stores: string }[];
  assert.deepEqual(
    new Map(listed.map(({ id, stores }) => [id, stores])),
    new Map([
      [usual, "main"],
      [named, "near"],
    ]),
  );
});

test("an upload that a store has no room for leaves the image waiting", async () => {
  await using files = await FileServer.open({ moreStores, full: new Set(["far"]) });
  const id = await files.declare("raw");
  assert.equal((await files.put(id, file, { ...octets, "x-image-meta-store": "far" })).status, 413);
  const { status, stores } = await files.image(id);
  assert.deepEqual({ status, stores }, { status: "queued", stores: [] });
  assert.deepEqual(await files.server.world.contents(), [`image ${id} queued`]);
});

test("a download comes from the store that is preferred, and from another one when that has not got it", async ({ mock }) => {
  await using files = await FileServer.open({ moreStores });
  const id = await imageIn(files, ["main", "near"]);
  const [disk] = (await files.image(id)).disks;
  assert.ok(disk);
  const opened: string[] = [];
  for (const { name, blobs } of files.server.world.stores.all) {
    const open = blobs.open.bind(blobs);
    mock.method(blobs, "open", async (blobId: BlobId) => {
      const blob = await open(blobId);
      opened.push(name);
      return blob;
    });
  }
  for (const [prefer, from] of [
    ["near", "near"],
    ["near,main", "near"],
    ["main,near", "main"],
    ["%20far%20,,near", "near"],
    ["far", "main"],
    ["", "main"],
  ] as const) {
    opened.length = 0;
    const { call: asking, answer } = files.begin("GET", `${id}/file?prefer=${prefer}`, {});
    asking.end();
    const { status, bytes } = await answer;
    assert.equal(status, 200, prefer);
    assert.equal(digestOf("md5", bytes), digestOf("md5", file));
    assert.deepEqual(opened, [from], prefer);
  }
  // What is there when a store lost its blob behind the service's back.
  await files.server.world.stores.find("near")?.blobs.remove(disk.blobId);
  const { call: asking, answer } = files.begin("GET", `${id}/file?prefer=near`, {});
  asking.end();
  assert.ok((await answer).bytes.equals(file));
  const { status, body } = await call(files, "GET", `images/${id}/file?prefer=main,elsewhere`);
  assert.equal(status, 400);
  assert.match(String(body["message"]), /no store elsewhere/);
  await using one = await FileServer.open();
  const other = await one.declare("raw");
  assert.equal((await call(one, "GET", `images/${other}/file?prefer=main`)).status, 400);
});

test("an administrator takes an image out of a store, and its bytes go from there alone", async () => {
  await using files = await FileServer.open({ moreStores });
  const id = await imageIn(files, ["main", "far", "near"]);
  const [disk] = (await files.image(id)).disks;
  assert.ok(disk);
  assert.equal((await call(files, "DELETE", `stores/main/${id}`, administrator)).status, 204);
  assert.equal(await storesOf(files, id), "far,near");
  assert.ok((await files.get(id)).bytes.equals(file));
  assert.equal((await call(files, "DELETE", `stores/main/${id}`, administrator)).status, 404);
  // A stop of the service between the catalog and the store leaves this; the same call ends it.
  await files.server.world.stores.replicate(disk.blobId, "main", { signal: new AbortController().signal, onProgress() {} });
  assert.equal((await call(files, "DELETE", `stores/main/${id}`, administrator)).status, 204);
  assert.equal((await call(files, "DELETE", `stores/far/${id}`, administrator)).status, 204);
  const last = await call(files, "DELETE", `stores/near/${id}`, administrator);
  assert.equal(last.status, 403);
  assert.match(String(last.body["message"]), /no other store/);
  assert.equal(await storesOf(files, id), "near");
  assert.equal((await files.server.call("DELETE", `/image/v2/images/${id}`)).statusCode, 204);
  assert.deepEqual(await files.server.world.contents(), []);
});

test("an image is not taken out of the one store that still has it, whatever was told of the others", async () => {
  await using files = await FileServer.open({ moreStores });
  const id = await imageIn(files, ["main", "far"]);
  const [disk] = (await files.image(id)).disks;
  assert.ok(disk);
  await files.server.world.stores.find("far")?.blobs.remove(disk.blobId);
  assert.equal((await call(files, "DELETE", `stores/main/${id}`, administrator)).status, 403);
  assert.ok((await files.get(id)).bytes.equals(file));
  assert.equal((await call(files, "DELETE", `stores/far/${id}`, administrator)).status, 204);
  assert.equal(await storesOf(files, id), "main");
});

test("of two calls that would leave an image in no store, one is refused", async () => {
  await using files = await FileServer.open({ moreStores });
  const id = await imageIn(files, ["far", "near"]);
  const answers = await Promise.all(["far", "near"].map((store) => call(files, "DELETE", `stores/${store}/${id}`, administrator)));
  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ["204", "403"]);
  assert.ok((await files.get(id)).bytes.equals(file));
});

test("only administrators take images out of stores, and only out of stores that there are", async () => {
  await using files = await FileServer.open({ moreStores });
  const id = await imageIn(files, ["main", "far"]);
  for (const caller of [undefined, alt, reader]) {
    assert.equal((await call(files, "DELETE", `stores/far/${id}`, caller)).status, 403);
  }
  assert.equal((await call(files, "DELETE", `stores/elsewhere/${id}`, administrator)).status, 409);
  assert.equal((await call(files, "DELETE", `stores/near/${id}`, administrator)).status, 404);
  assert.equal((await call(files, "DELETE", `stores/far/${absent}`, administrator)).status, 404);
  assert.equal((await call(files, "GET", `stores/far/${id}`, administrator)).status, 405);
  const waiting = await files.declare("raw");
  assert.equal((await call(files, "DELETE", `stores/far/${waiting}`, administrator)).status, 409);
  assert.equal(await storesOf(files, id), "main,far");
  await using one = await FileServer.open();
  assert.equal((await call(one, "DELETE", `stores/main/${absent}`, administrator)).status, 404);
});
