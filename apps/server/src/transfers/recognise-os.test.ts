import assert from "node:assert/strict";
import { test } from "node:test";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { instantTimers } from "@tintype/jobs/testing/instant-timers.ts";
import type { ImageId } from "../ports/ids.ts";
import { TransferWorld, principalOf, sampleDisk } from "../testing/transfer-world.ts";
import { importFiles } from "./import-files.ts";
import type { FileImport } from "./import-request.ts";
import { importJobs } from "./import-job.ts";
import type { OsRecogniser, RecognisedOs } from "./recognise-os.ts";

const disk = sampleDisk(1);
const file: FileImport = {
  name: "n",
  description: "",
  kind: "system",
  file: "files:disk.raw",
  isQuick: false,
  minDiskGiB: 40,
  minRamMiB: 0,
  maxRamMiB: 0,
  osVersion: "CentOS 7.9 64bit",
  osType: undefined,
  architecture: "x86",
  firmware: undefined,
  tags: [],
  enterpriseProjectId: "0",
  properties: {},
  encryption: undefined,
};

/** Runs one import to its end. */
async function imported(world: TransferWorld, change: Partial<FileImport>, recogniseOs: OsRecogniser): Promise<JobRecord> {
  await world.addFile("p", "files:disk.raw", disk);
  await world.addFile("p", "files:disk.mf", Buffer.from([1]));
  const { catalog, store, stores, clock, ids, limits, keys, log, osLists } = world;
  const deps = { catalog, store, stores, clock, ids, limits, keys, log, osLists };
  const kinds = importJobs({ ...deps, recogniseOs });
  const jobs = createJobRunner({ records: catalog.jobs, kinds, clock, timers: instantTimers(), maxConcurrent: 1 });
  const request = { action: "ims:serverImages:create", images: [{ ...file, ...change }], isList: false } as const;
  const id = await importFiles({ ...deps, jobs }, principalOf("p", "member"), request);
  const job = await jobs.wait(id);
  await jobs.close();
  return job;
}

const found: RecognisedOs = { osVersion: "Ubuntu 22.04 server 64bit", architecture: "arm", firmware: "uefi" };

test("R-065, R-066: what is recognised on a disk counts more than what the user said", async () => {
  await using world = await TransferWorld.open();
  const sizes: number[] = [];
  const job = await imported(world, {}, async ({ virtualSizeBytes }) => {
    sizes.push(virtualSizeBytes);
    return found;
  });
  const image = await world.catalog.images.get(job.subjectId as ImageId);
  assert.deepEqual(sizes, [disk.length]);
  assert.deepEqual(
    [image?.osVersion, image?.platform, image?.architecture, image?.firmware],
    ["Ubuntu 22.04 server 64bit", "Ubuntu", "arm", "uefi"],
  );
  // The manifest of the disk says the same, so that the catalog can be made again from it.
  assert.ok(image?.disks[0]);
  await using blob = await world.store.open(image.disks[0].blobId);
  assert.equal((blob.record["image"] as { readonly osVersion: string }).osVersion, "Ubuntu 22.04 server 64bit");
});

test("where nothing is recognised, the user's word stands", async () => {
  await using world = await TransferWorld.open();
  const job = await imported(world, {}, async () => undefined);
  const image = await world.catalog.images.get(job.subjectId as ImageId);
  assert.deepEqual([image?.osVersion, image?.architecture], ["CentOS 7.9 64bit", "x86"]);
});

test("R-087: nobody looks into data disks, nor into files that are taken as they are", async () => {
  for (const change of [{ kind: "data" }, { isQuick: true }] as const) {
    await using world = await TransferWorld.open();
    const job = await imported(world, change, () => Promise.reject(new Error("looked")));
    assert.equal(job.status, "succeeded", job.error?.message ?? "");
  }
});
