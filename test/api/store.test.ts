import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Value } from "typebox/value";
import { CollectionReport, ImageWeight, StoreStats, VerificationReport } from "@tintype/contract/api/store.ts";
import { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { Job } from "@tintype/contract/api/job.ts";
import { ImsServer, administrator, demo } from "./ims-server.ts";

const MIB = 1024 * 1024;

/** Starts a job of the store and answers its result. */
async function resultOf(server: ImsServer, path: string, body: object): Promise<unknown> {
  const answer = await server.call("POST", `/api/v1/store/${path}`, body, administrator);
  assert.equal(answer.statusCode, 202, answer.body);
  const job = await server.jobs.wait(answer.json<Job>().id);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  return job.result;
}

test("only administrators look after the store", async () => {
  await using server = await ImsServer.open();
  const image = await server.world.addImage("demo", randomBytes(100));
  for (const [method, path] of [
    ["GET", ""],
    ["GET", `/images/${image.id}`],
    ["POST", "/collections"],
    ["POST", "/verifications"],
    ["POST", "/backups"],
  ] as const) {
    const answer = await server.call(method, `/api/v1/store${path}`, method === "POST" ? {} : undefined, demo);
    assert.equal(answer.statusCode, 403, `${method} ${path}`);
    assert.equal(answer.json<{ code: string }>().code, "api.operatorsOnly");
  }
});

test("administrators see what the store and an image take, collect and verify", async () => {
  await using server = await ImsServer.open();
  const { world } = server;
  const shared = randomBytes(MIB);
  const image = await world.addImage("demo", Buffer.concat([shared, randomBytes(MIB)]));
  await world.addImage("alt", shared);
  const stats: unknown = (await server.call("GET", "/api/v1/store", undefined, administrator)).json();
  assert.ok(Value.Check(StoreStats, stats));
  assert.equal(stats.images, 2);
  const weight: unknown = (await server.call("GET", `/api/v1/store/images/${image.id}`, undefined, administrator)).json();
  assert.ok(Value.Check(ImageWeight, weight));
  assert.ok(weight.storedBytes >= 2 * MIB && weight.uniqueBytes >= MIB && weight.uniqueBytes < 1.5 * MIB, JSON.stringify(weight));
  const missing = await server.call("GET", "/api/v1/store/images/nothing", undefined, administrator);
  assert.equal(missing.statusCode, 404);
  const verified = await resultOf(server, "verifications", { read: true });
  assert.ok(Value.Check(VerificationReport, verified));
  assert.equal(verified.damages, 0);
  const collected = await resultOf(server, "collections", { graceSeconds: 0 });
  assert.ok(Value.Check(CollectionReport, collected));
  assert.equal(collected.freedBytes, 0);
  const refused = await server.call("POST", "/api/v1/store/collections", { graceSeconds: -1 }, administrator);
  assert.equal(refused.statusCode, 400);
});

test("with several stores the reports tell of each, and a metadata-only image is in none", async () => {
  await using server = await ImsServer.on(await TransferWorld.open({ moreStores: ["archive"] }));
  const { world } = server;
  const image = await world.addImage("demo", randomBytes(MIB));
  const [disk] = image.disks;
  assert.ok(disk);
  await world.stores.replicate(disk.blobId, "archive", { signal: new AbortController().signal, onProgress() {} });
  const stats: unknown = (await server.call("GET", "/api/v1/store", undefined, administrator)).json();
  assert.ok(Value.Check(StoreStats, stats));
  assert.deepEqual(
    stats.stores?.map(({ store, isDefault, blobs }) => [store, isDefault, blobs]),
    [
      ["main", true, 1],
      ["archive", false, 1],
    ],
  );
  const verified = await resultOf(server, "verifications", { read: true });
  assert.ok(Value.Check(VerificationReport, verified));
  assert.deepEqual([verified.blobs, verified.stores?.length], [2, 2]);
  const collected = await resultOf(server, "collections", { graceSeconds: 0 });
  assert.ok(Value.Check(CollectionReport, collected));
  assert.deepEqual(
    collected.stores?.map(({ store }) => store),
    ["main", "archive"],
  );
});

test("an image says in which stores its content lies: a copy where its original does, and none before there is content", async () => {
  await using server = await ImsServer.on(await TransferWorld.open({ moreStores: ["archive"] }));
  const { world } = server;
  await world.addFile("demo", "files:disk.raw", randomBytes(MIB));
  const body = { name: "imported", image_url: "files:disk.raw", os_type: "Linux", min_disk: 1 };
  const { result } = await server.importFile(body);
  const id = (result as { imageId?: string } | null)?.imageId ?? (await server.list("?name=imported"))[0]?.["id"];
  const imported = await world.catalog.images.get(id as ImageId);
  assert.deepEqual(imported?.stores, ["main"]);
  const archived = await world.addImage("demo", randomBytes(MIB), { name: "archived" });
  const [disk] = archived.disks;
  assert.ok(disk);
  await world.stores.replicate(disk.blobId, "archive", { signal: new AbortController().signal, onProgress() {} });
  await world.mainStore.remove(disk.blobId);
  const answer = await server.call("POST", `/v1/cloudimages/${archived.id}/copy`, { name: "copied" });
  await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  const copied = (await world.catalog.images.list({ name: "copied" }, { limit: 1 }))?.[0];
  assert.equal(copied?.status, "active");
  assert.deepEqual(copied.stores, ["archive"]);
  assert.deepEqual(await world.readBlob(copied.disks[0]?.blobId as BlobId), await world.readBlob(disk.blobId));
});
