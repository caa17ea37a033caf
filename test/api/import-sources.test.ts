import assert from "node:assert/strict";
import { test } from "node:test";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, refusalOf } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const disk = sampleDisk(2);
const file = { name: "n", image_url: "files:disk.raw", min_disk: 1 };

async function serverWithFile(options?: Parameters<typeof ImsServer.open>[0]): Promise<ImsServer> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", file.image_url, disk);
  return server;
}

const isThere = async (server: ImsServer, place = file.image_url): Promise<boolean> => (await server.world.readFile(place)) !== undefined;

async function start(server: ImsServer, path: string, body: object, caller: Caller = demo): Promise<string> {
  const answer = await server.call(path.startsWith("/v1/cloudimages/i") ? "PUT" : "POST", path, body, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ job_id: string }>().job_id;
}

test("R-085: an import keeps its file, unless it is asked to delete it", async () => {
  await using server = await serverWithFile();
  for (const delete_source of [undefined, false, null]) {
    assert.equal((await server.importFile({ ...file, delete_source })).status, "succeeded");
    assert.ok(await isThere(server));
  }
  const job = await server.importFile({ ...file, delete_source: true });
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  assert.ok(!(await isThere(server)));
  const image = await server.world.catalog.images.get(job.subjectId as never);
  assert.ok(image?.disks[0]);
  assert.ok(Buffer.from(await server.world.readBlob(image.disks[0].blobId)).equals(disk));
  assert.deepEqual(await server.world.catalog.removals.noted(10), [], "its bytes went too");
});

for (const [title, path, body] of [
  ["a fast import", "/v2/cloudimages/quickimport/action", { ...file, os_version: "CentOS 7.0 64bit" }],
  ["the newer path", "/v2.1/cloudimages/action", file],
  ["an import of a data disk", "/v1/cloudimages/dataimages/action", file],
] as const) {
  test(`R-085: ${title} deletes its file when that is asked for`, async () => {
    await using server = await serverWithFile();
    await server.world.addFile("demo", "files:disk.mf", Buffer.from("map"));
    const job = await server.jobs.wait(await start(server, path, { ...body, delete_source: true }));
    assert.equal(job.status, "succeeded", JSON.stringify(job.error));
    assert.ok(!(await isThere(server)));
  });
}

test("R-085: an import of several files deletes all of them", async () => {
  await using server = await serverWithFile();
  await server.world.addFile("demo", "files:data.raw", disk);
  const job = await server.importFile({ ...file, data_images: [{ image_url: "files:data.raw", min_disk: 1 }], delete_source: true });
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  assert.deepEqual([await isThere(server), await isThere(server, "files:data.raw")], [false, false]);
});

test("R-085: the registration of a file deletes it when that is asked for", async () => {
  await using server = await serverWithFile();
  const made = await server.call("POST", "/v2/images", { name: "later", __os_version: "CentOS 7.0 64bit" });
  const { id } = made.json<{ id: string }>();
  const answer = await server.call("PUT", `/v1/cloudimages/${id}/upload`, { image_url: file.image_url, delete_source: true });
  assert.equal(answer.statusCode, 200, answer.body);
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  assert.ok(!(await isThere(server)));
});

test("R-085: an import that fails, or is cancelled, deletes nothing", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  const cancelled = await start(server, "/v2/cloudimages/action", { ...file, delete_source: true });
  await server.jobs.cancel(cancelled);
  assert.equal((await server.jobs.wait(cancelled)).status, "cancelled");
  assert.ok(await isThere(server));
  const failed = await start(server, "/v2/cloudimages/action", { ...file, delete_source: true });
  await server.world.addFile("demo", file.image_url, Buffer.from("QFI\u00fb and no qcow2", "latin1"));
  server.jobs.dispatch(failed);
  assert.equal((await server.jobs.wait(failed)).status, "failed");
  assert.ok(await isThere(server));
});

test("R-085: a file that took the place of the imported one stays", async () => {
  await using server = await serverWithFile();
  const { deleteSources } = await import("@tintype/server/transfers/delete-sources.ts");
  const source = { bucket: "files", key: "disk.raw", etag: "another" };
  await deleteSources(server.world, { projectId: "demo" as never, files: [source] });
  assert.ok(await isThere(server));
  const object = await server.world.catalog.buckets.object("files", "disk.raw");
  await deleteSources(server.world, { projectId: "alt" as never, files: [{ ...source, etag: object?.etag ?? "" }] });
  assert.ok(await isThere(server), "nor is anything deleted for another project");
});

test("R-085: deleting a file takes the right to delete it, before anything begins", async () => {
  await using server = await serverWithFile();
  const call = (body: object, ...roles: string[]) => server.call("POST", "/v2/cloudimages/action", body, { project: "demo", roles });
  const refused = await call({ ...file, delete_source: true }, "ims_full", "obs_read");
  assert.equal(refusalOf(refused), "403 IMG.0026");
  assert.match(refused.body, /obs:object:DeleteObject/);
  assert.equal((await call(file, "ims_full", "obs_read")).statusCode, 200);
  assert.equal((await call({ ...file, delete_source: true }, "ims_full", "obs_operate")).statusCode, 200);
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", { ...file, delete_source: true }, alt)), "400 IMG.0069");
});

test("R-085: whether to delete is true or false", async () => {
  await using server = await serverWithFile();
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", { ...file, delete_source: "yes" })), "400 IMG.0001");
});
