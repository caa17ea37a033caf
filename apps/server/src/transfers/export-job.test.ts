import assert from "node:assert/strict";
import { test } from "node:test";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { instantTimers } from "@tintype/jobs/testing/instant-timers.ts";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import { StoreError } from "@tintype/store/store-error.ts";
import { exportJobKind } from "../images/work-on-image.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { TransferWorld, sampleDisk } from "../testing/transfer-world.ts";
import { exportJob } from "./export-job.ts";
import type { ExportInput } from "./export-work.ts";

const content = sampleDisk(3);

function inputFor(image: ImageRecord): ExportInput {
  const [disk] = image.disks;
  assert.ok(disk);
  return { imageId: image.id, imageName: image.name, blobId: disk.blobId, bucket: "files", key: "out.qcow2", format: "qcow2" };
}

async function assertIsTheDisk(world: TransferWorld): Promise<void> {
  const file = await world.readFile("files:out.qcow2");
  assert.ok(file);
  await using disk = await openDisk(new MemorySource(file), { declaredFormat: "qcow2" });
  assert.equal(disk.virtualSizeBytes, content.length);
  assert.ok(Buffer.from(await disk.read(0, content.length)).equals(content));
}

async function openFixture(): Promise<JobKindFixture> {
  const world = await TransferWorld.open();
  await world.addFile("p", "files:");
  const image = await world.addImage("p", content);
  return {
    kind: () => exportJob(world),
    input: { ...inputFor(image) },
    projectId: "p",
    subjectId: image.id,
    leftovers: () => world.contents(),
    verify: () => assertIsTheDisk(world),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

testJobKind("R-149: the export of an image", openFixture);

/** Runs one export to its end. */
async function exportOnce(world: TransferWorld, image: ImageRecord) {
  const timers = instantTimers();
  const runner = createJobRunner({ records: world.catalog.jobs, kinds: [exportJob(world)], clock: timers, timers, maxConcurrent: 1 });
  const id = world.ids.hex32();
  const input = { ...inputFor(image) };
  await world.catalog.jobs.insert(newJob({ id, kind: exportJobKind, projectId: "p", subjectId: image.id, input, now: 0 }));
  runner.dispatch(id);
  return await runner.wait(id);
}

test("an object that someone puts at the target meanwhile stays, and the export fails with IMG.0070", async () => {
  await using world = await TransferWorld.open();
  const image = await world.addImage("p", content);
  const theirs = Buffer.from("someone else's");
  await world.addFile("p", "files:out.qcow2", theirs);
  const before = await world.contents();
  const job = await exportOnce(world, image);
  assert.equal(job.status, "failed");
  assert.equal(job.error?.code, "IMG.0070");
  assert.deepEqual(Buffer.from((await world.readFile("files:out.qcow2")) ?? []), theirs);
  assert.deepEqual(await world.contents(), before);
});

test("a bucket that is gone when the export runs is named in the reason", async () => {
  await using world = await TransferWorld.open();
  const image = await world.addImage("p", content);
  const job = await exportOnce(world, image);
  assert.equal(job.error?.code, "IMG.0069");
  assert.match(job.error.message, /files/);
});

test("a stored disk that is missing ends an export as a failure of the service, without naming its files", async () => {
  await using world = await TransferWorld.open();
  await world.addFile("p", "files:");
  const image = await world.addImage("p", content);
  const [disk] = image.disks;
  assert.ok(disk);
  await world.store.remove(disk.blobId);
  const job = await exportOnce(world, image);
  assert.equal(job.error?.code, "IMG.0061");
  assert.match(job.error.message, /store\.notFound/);
});

test("a store that cannot be reached ends an export with words that say so, without naming its files", async () => {
  await using world = await TransferWorld.open();
  await world.addFile("p", "files:");
  const image = await world.addImage("p", content);
  Reflect.set(world.store, "open", () => Promise.reject(new StoreError("store.io", "The folder /secret/place is gone.")));
  const job = await exportOnce(world, image);
  assert.equal(job.error?.code, "IMG.0014");
  assert.match(job.error.message, /the storage of the service cannot be reached/);
  assert.doesNotMatch(job.error.message, /secret/);
});

test("the job counts the bytes that it moved", async () => {
  await using world = await TransferWorld.open();
  await world.addFile("p", "files:");
  const job = await exportOnce(world, await world.addImage("p", content));
  assert.equal(job.status, "succeeded");
  assert.ok(job.progress.totalBytes > 0);
  assert.equal(job.progress.doneBytes, job.progress.totalBytes);
});
