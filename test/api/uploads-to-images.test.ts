import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { removeExpiredUploads } from "@tintype/server/uploads/end-upload.ts";
import { ImsServer, alt } from "./ims-server.ts";
import type { ImsServerOptions } from "./ims-server.ts";
import { begin, callUploads, codeOf, metadataOf, offsetOf, send, uploadsPath } from "./upload-calls.ts";

const disk = sampleDisk(3);

/** A server with an image that waits for its file. */
async function serverWithImage(options?: ImsServerOptions): Promise<{ server: ImsServer; imageId: string }> {
  const server = await ImsServer.open(options);
  const body = { name: "in pieces", disk_format: "raw", container_format: "bare" };
  const created = await server.call("POST", "/image/v2/images", body);
  assert.equal(created.statusCode, 201, created.body);
  return { server, imageId: created.json<{ id: string }>().id };
}

const toImage = (image: string) => ({ "upload-metadata": metadataOf({ image }) });

test("an image is filled with the file that came in pieces, bit for bit", async () => {
  const { server, imageId } = await serverWithImage();
  await using _server = server;
  const path = await begin(server, disk.length, toImage(imageId));
  await send(server, path, 0, { body: disk.subarray(0, 1_000_001) });
  assert.equal((await server.world.catalog.images.get(imageId as never))?.status, "queued");
  const last = await send(server, path, 1_000_001, { body: disk.subarray(1_000_001) });
  assert.equal(last.statusCode, 204, last.body);
  assert.equal(await offsetOf(server, path), disk.length);
  const image = (await server.call("GET", `/image/v2/images/${imageId}`)).json<Record<string, unknown>>();
  assert.equal(image["status"], "active");
  assert.equal(image["size"], disk.length);
  assert.equal(image["checksum"], createHash("md5").update(disk).digest("hex"));
  assert.ok(disk.equals((await server.call("GET", `/image/v2/images/${imageId}/file`)).rawPayload));
  assert.deepEqual(
    (await server.world.contents()).map((thing) => thing.split(" ", 1)[0]),
    ["blob", "image"],
  );
});

test("a file that comes with the creation, or whose length comes last, fills an image too", async () => {
  const { server, imageId } = await serverWithImage();
  await using _server = server;
  const path = await begin(server, undefined, toImage(imageId));
  await send(server, path, 0, { body: disk });
  const last = await send(server, path, disk.length, { headers: { "upload-length": String(disk.length) }, body: "" });
  assert.equal(last.statusCode, 204, last.body);
  assert.equal((await server.world.catalog.images.get(imageId as never))?.status, "active");
  assert.equal((await server.world.contents()).length, 2);
});

test("a file that is not what the image was declared as does not count, and leaves the image waiting", async () => {
  const { server, imageId } = await serverWithImage();
  await using _server = server;
  const qcow2 = Buffer.alloc(2000);
  qcow2.write("QFI\xfb\0\0\0\x03", "latin1");
  const path = await begin(server, qcow2.length, toImage(imageId));
  await send(server, path, 0, { body: qcow2.subarray(0, 1500) });
  const refused = await send(server, path, 1500, { body: qcow2.subarray(1500) });
  assert.match(codeOf(refused), /^4\d\d image\.contentRefused$/);
  assert.equal(await offsetOf(server, path), 1500);
  assert.equal((await server.world.catalog.images.get(imageId as never))?.status, "queued");
  await callUploads(server, "DELETE", path);
  assert.deepEqual(await server.world.contents(), [`image ${imageId} queued`]);
});

test("an upload to an image that took a file meanwhile ends without one", async () => {
  const { server, imageId } = await serverWithImage();
  await using _server = server;
  const [one, other] = [await begin(server, disk.length, toImage(imageId)), await begin(server, disk.length, toImage(imageId))];
  assert.equal((await send(server, one, 0, { body: disk })).statusCode, 204);
  assert.equal(codeOf(await send(server, other, 0, { body: disk })), "409 image.notWaiting");
  server.world.clock.advance(25 * 3_600_000);
  assert.equal(await removeExpiredUploads(server.world), 2);
  assert.equal((await server.world.contents()).length, 2);
});

test("a file that the project has no room for is refused before it is sent; how many are on their way says nothing of later", async () => {
  const { server, imageId } = await serverWithImage({ limits: { imageApi: { storedGiB: 1, incoming: 1 } } });
  await using _server = server;
  const { catalog, clock } = server.world;
  for (const [status, lengthBytes] of [
    ["active", 2 ** 30 - disk.length],
    ["uploading", 1],
  ] as const) {
    const other = await server.call("POST", "/image/v2/images", { disk_format: "raw", container_format: "bare" });
    const file = { lengthBytes, md5: "", digest: { algorithm: "sha512", value: "" } } as const;
    await catalog.images.changeStatus(other.json<{ id: ImageId }>().id, ["queued"], status, { file, updatedAt: clock.now() });
  }
  const headers = { "upload-length": String(disk.length + 1), ...toImage(imageId) };
  assert.equal(codeOf(await callUploads(server, "POST", uploadsPath, { headers })), "413 image.quotaFull");
  await begin(server, disk.length, toImage(imageId));
});

test("an image that cannot take the file is refused before it is sent", async () => {
  const { server, imageId } = await serverWithImage({ limits: { uploads: { maxGiB: 1 } } });
  await using _server = server;
  const create = async (image: string, length: number, caller?: Parameters<typeof callUploads>[3]) =>
    codeOf(await callUploads(server, "POST", uploadsPath, { headers: { "upload-length": String(length), ...toImage(image) }, ...caller }));
  assert.equal(await create("none", 1), "404 IMG.0027");
  assert.equal(await create(imageId, 1, { caller: alt }), "404 IMG.0027");
  assert.equal(await create(imageId, 2 ** 30 + 1), "413 image.fileTooLarge");
  const path = await begin(server, disk.length, toImage(imageId));
  await send(server, path, 0, { body: disk });
  assert.equal(await create(imageId, 1), "409 image.notWaiting");
});
