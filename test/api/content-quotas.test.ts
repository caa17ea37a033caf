import assert from "node:assert/strict";
import { test } from "node:test";
import { FileServer, noise, octets } from "./image-files-setup.ts";
import { importImage, imported, openPlace, readerFor } from "./import-setup.ts";
import { LocatedServer } from "./locations-setup.ts";

const gib = 1024 ** 3;
const file = noise(4096);

/** An image of the project that takes room; nothing of it is in the store. */
async function fill(files: FileServer, lengthBytes: number, status: "active" | "uploading"): Promise<void> {
  const kept = { lengthBytes, md5: "", digest: { algorithm: "sha512", value: "" } } as const;
  const { world } = files.server;
  const id = await files.declare("raw");
  await world.catalog.images.changeStatus(id, ["queued"], status, { file: kept, updatedAt: world.clock.now() });
}

async function usageOf(files: FileServer): Promise<Record<string, { readonly usage: number; readonly limit: number }>> {
  const answer = await files.server.call("GET", "/image/v2/info/usage");
  return answer.json<{ usage: Record<string, { readonly usage: number; readonly limit: number }> }>().usage;
}

test("CVE-2014-5356: a project whose content has reached its quota gets no more, and one that has room gets what fits", async () => {
  await using place = await openPlace((_, response) => response.end(file));
  await using files = await FileServer.open({ limits: { imageApi: { storedGiB: 1 } }, urlReader: readerFor([place]) });
  await fill(files, gib - file.length, "active");
  const [fits, large, none] = [await files.declare("raw"), await files.declare("raw"), await files.declare("raw")];
  assert.equal((await files.put(large, noise(file.length + 1))).status, 413);
  assert.equal((await files.image(large)).status, "queued");
  assert.equal((await files.put(fits, file)).status, 204);
  const refused = await files.put(none, Buffer.alloc(0));
  assert.equal(refused.status, 413);
  assert.match(refused.message, /image_size_total has no room for this: 1024 of 1024 MiB/);
  assert.equal((await importImage(files, none, { name: "web-download", uri: place.url })).statusCode, 413);
  assert.equal((await files.image(none)).status, "queued");
  assert.deepEqual((await usageOf(files))["image_size_total"], { usage: 1024, limit: 1024 });
  assert.equal((await files.server.call("DELETE", `/image/v2/images/${fits}`)).statusCode, 204);
  assert.equal((await files.put(none, file)).status, 204);
});

test("what waits for its import has a quota of its own", async () => {
  await using files = await FileServer.open({ limits: { imageApi: { stagedGiB: 1 } } });
  await fill(files, gib, "uploading");
  const id = await files.declare("raw");
  const refused = await files.put(id, file, octets, "stage");
  assert.equal(refused.status, 413);
  assert.match(refused.message, /image_stage_total/);
  assert.equal((await files.put(id, file)).status, 204);
});

test("so many images of a project get their files at a time, and one that is staged already goes on", async () => {
  await using files = await FileServer.open({ limits: { imageApi: { incoming: 1 } } });
  const [staged, other] = [await files.declare("raw"), await files.declare("raw")];
  assert.equal((await files.put(staged, file, octets, "stage")).status, 204);
  const refused = await files.put(other, file);
  assert.equal(refused.status, 413);
  assert.match(refused.message, /image_count_uploading has no room for this: 1 of 1 images/);
  assert.equal((await imported(files, staged, { name: "glance-direct" })).status, "success");
  assert.equal((await files.put(other, file)).status, 204);
});

test("CVE-2014-5356: content that lies elsewhere counts as content does, and none is added where there is no room", async () => {
  await using located = await LocatedServer.open({ limits: { imageApi: { storedGiB: 1, incoming: 1 } } }, (_, response) =>
    response.end(file),
  );
  const { files } = located;
  await fill(files, gib - file.length, "active");
  // A place is no file on its way.
  await fill(files, 0, "uploading");
  const [fits, none] = [await located.create(), await located.create()];
  const value = { url: located.place.url, metadata: {} };
  assert.equal((await located.add(fits, value)).statusCode, 200);
  const refused = await located.add(none, value);
  assert.equal(refused.statusCode, 413, refused.body);
  assert.match(refused.body, /image_size_total has no room for this: 1024 of 1024 MiB/);
  assert.equal((await located.show(none)).status, "queued");
  assert.equal((await files.get(fits)).status, 200);
  assert.equal((await located.add(fits, { ...value, url: `${value.url}#more` })).statusCode, 200);
});
