import assert from "node:assert/strict";
import { test } from "node:test";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { FileServer } from "./image-files-setup.ts";
import { ended, importImage } from "./import-setup.ts";
import { administrator, alt, demo } from "./ims-server.ts";
import { addProjects, batch } from "./sharing-setup.ts";

const content = sampleDisk(2);

/** Starts a task of IMS, and insists on its success. */
async function imsTask({ server }: FileServer, path: string, body: object): Promise<void> {
  const answer = await server.call("POST", path, body);
  assert.equal(answer.statusCode, 200, answer.body);
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
}

async function assertIsContent(file: Uint8Array | undefined, format: "vmdk" | "zvhd2"): Promise<void> {
  assert.ok(file);
  await using disk = await openDisk(new MemorySource(file), { declaredFormat: format });
  assert.ok(content.equals(await disk.read(0, disk.virtualSizeBytes)));
}

test("an image that is uploaded here is listed, shared, exported and copied through IMS, and the reverse", async () => {
  await using files = await FileServer.open({ moreStores: ["far"] });
  const { server } = files;
  await addProjects(server, ["demo", "alt"]);

  const formats = { disk_format: "raw", container_format: "bare", min_disk: 1, visibility: "private" };
  const uploaded = (await server.call("POST", "/image/v2/images", { name: "uploaded", ...formats })).json<{ id: ImageId }>().id;
  assert.equal((await files.put(uploaded, content)).status, 204);
  assert.equal((await server.list(`?id=${uploaded}`))[0]?.["name"], "uploaded");
  assert.equal((await batch(server, "POST", { images: [uploaded], projects: ["alt"] })).status, "SUCCESS");
  assert.equal((await batch(server, "PUT", { images: [uploaded], project_id: "alt", status: "accepted" }, alt)).status, "SUCCESS");
  assert.equal((await server.list("?__imagetype=shared", alt))[0]?.["id"], uploaded);
  await server.world.addFile("demo", "files:");
  await imsTask(files, `/v1/cloudimages/${uploaded}/file`, { bucket_url: "files:out.vmdk", file_format: "vmdk" });
  await assertIsContent(await server.world.readFile("files:out.vmdk"), "vmdk");
  await imsTask(files, `/v1/cloudimages/${uploaded}/copy`, { name: "copied" });
  const [copied] = await server.list("?name=copied");
  assert.ok((await files.get(String(copied?.["id"]))).bytes.equals(content));

  await server.world.addFile("demo", "files:disk.raw", content);
  const job = await server.importFile({ name: "imported", image_url: "files:disk.raw", min_disk: 10 });
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  const listed = (await server.call("GET", "/image/v2/images?name=imported")).json<{ images: { id: ImageId }[] }>().images;
  const imported = listed[0]?.id;
  assert.ok(imported !== undefined && listed.length === 1);
  const patch = [{ op: "replace", path: "/visibility", value: "shared" }];
  const patchType = "application/openstack-images-v2.1-json-patch";
  assert.equal((await server.call("PATCH", `/image/v2/images/${imported}`, patch, demo, patchType)).statusCode, 200);
  assert.equal((await server.call("POST", `/image/v2/images/${imported}/members`, { member: "alt" })).statusCode, 200);
  assert.equal((await server.call("PUT", `/image/v2/images/${imported}/members/alt`, { status: "accepted" }, alt)).statusCode, 200);
  const shared = (await server.call("GET", "/image/v2/images?name=imported", undefined, alt)).json<{ images: { id: string }[] }>().images;
  assert.deepEqual(
    shared.map(({ id }) => id),
    [imported],
  );
  await assertIsContent((await files.get(imported, {}, { caller: alt })).bytes, "zvhd2");
  const asked = await importImage(files, imported, { name: "copy-image" }, { stores: ["far"] }, administrator);
  assert.equal(asked.statusCode, 202, asked.body);
  assert.equal((await ended(files, imported)).status, "succeeded");
  const [disk] = (await files.image(imported)).disks;
  assert.deepEqual(disk && (await server.world.stores.holding(disk.blobId)), ["main", "far"]);
});
