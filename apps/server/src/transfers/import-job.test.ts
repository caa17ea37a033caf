import assert from "node:assert/strict";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { buildOvf, buildTar } from "@tintype/disk/ova/testing/build-ova.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { TransferWorld, principalOf, sampleDisk } from "../testing/transfer-world.ts";
import { importFiles } from "./import-files.ts";
import type { ImportFilesDeps } from "./import-files.ts";
import type { FileImport } from "./import-request.ts";
import { importJob } from "./import-job.ts";
import type { ImportInput, ImportKind } from "./import-work.ts";
import { createMetadata } from "./native/create-metadata.ts";
import { registerFile } from "./native/register-file.ts";

const disk = sampleDisk(3);
const caller = principalOf("p", "member");

function depsOf({ catalog, store, clock, ids, limits, keys, osLists }: TransferWorld): ImportFilesDeps {
  return { catalog, store, clock, ids, limits, keys, osLists, jobs: { dispatch() {} } };
}

const system: FileImport = {
  name: "n",
  description: "",
  kind: "system",
  file: "files:disk.raw",
  isQuick: false,
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
};

interface Planned {
  readonly world: TransferWorld;
  readonly jobId: string;
  /** What was there before the request, or is there again when it failed. */
  readonly before: ReadonlySet<string>;
  /** How many images come of it. */
  readonly images: number;
}

async function fixtureOf({ world, jobId, before, images }: Planned): Promise<JobKindFixture> {
  const job = await world.catalog.jobs.get(jobId);
  assert.ok(job);
  let isJobDone = false;
  // The input was made by the request.
  const { parts, spares } = job.input as unknown as ImportInput;
  const names = [...parts, ...spares];
  return {
    kind: () => importJob(world, job.kind as ImportKind),
    input: job.input,
    projectId: "p",
    subjectId: job.subjectId ?? "",
    // The suite asks first before the job runs. The images of the request are there then, and yet a failure must take them away.
    async leftovers() {
      const things = isJobDone ? (await world.contents()).filter((thing) => !before.has(thing)) : [];
      isJobDone = true;
      return things;
    },
    async verify() {
      const made = (await Promise.all(names.map(({ imageId }) => world.catalog.images.get(imageId)))).filter(
        (image) => image !== undefined,
      );
      assert.equal(made.length, images);
      for (const image of made) {
        assert.equal(image.status, "active");
        assert.equal(image.disks.length, 1);
        assert.equal(image.disks[0]?.virtualSizeBytes, disk.length);
        assert.ok(Buffer.from(await world.readBlob(image.disks[0].blobId)).equals(disk));
      }
      assert.deepEqual(await world.catalog.removals.noted(10), []);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function openImport(images: readonly FileImport[], files: Readonly<Record<string, Buffer>>, count: number): Promise<JobKindFixture> {
  const world = await TransferWorld.open();
  for (const [place, content] of Object.entries(files)) {
    await world.addFile("p", place, content);
  }
  const before = new Set(await world.contents());
  const isList = images.length > 1;
  const jobId = await importFiles(depsOf(world), caller, { action: "ims:serverImages:create", images, isList });
  return await fixtureOf({ world, jobId, before, images: count });
}

testJobKind("R-057: the import of a file", () => openImport([system], { "files:disk.raw": disk }, 1));

testJobKind("R-085: an import that deletes its file", async () => {
  const world = await TransferWorld.open();
  await world.addFile("p", "files:disk.raw", disk);
  const before = new Set(await world.contents());
  const request = { action: "ims:serverImages:create", images: [system], isList: false, deletesSources: true } as const;
  const jobId = await importFiles(depsOf(world), caller, request);
  const fixture = await fixtureOf({ world, jobId, before, images: 1 });
  return {
    ...fixture,
    async verify(job) {
      await fixture.verify(job);
      assert.equal(await world.readFile("files:disk.raw"), undefined);
    },
  };
});

const data: FileImport = { ...system, kind: "data", name: "d", file: "files:data.raw" };
testJobKind("the import of a system disk and a data disk", () =>
  openImport([system, data], { "files:disk.raw": disk, "files:data.raw": disk }, 2),
);

async function vmdk(): Promise<Buffer> {
  await using source = await openRaw(new MemorySource(disk));
  const plan = await convertDisk(source, { format: "vmdk", subformat: "streamOptimized", target: "stream" });
  return Buffer.concat(await Array.fromAsync(toStream(plan), (bytes) => Buffer.from(bytes)));
}

testJobKind("R-082: the import of an OVA with two disks", async () => {
  const content = await vmdk();
  const ova = buildTar([
    { name: "vm.ovf", content: buildOvf([{ href: "a.vmdk" }, { href: "b.vmdk" }]) },
    { name: "a.vmdk", content },
    { name: "b.vmdk", content },
  ]);
  return await openImport([{ ...system, file: "files:vm.ova" }], { "files:vm.ova": ova }, 2);
});

testJobKind("R-064: the registration of a file for an image that was made by its metadata", async () => {
  const world = await TransferWorld.open();
  await world.addFile("p", "files:disk.raw", disk);
  const { id } = await createMetadata(world, caller, {
    ...system,
    isProtected: false,
    diskFormat: "vhd",
    minDiskGiB: undefined,
    tags: [],
  });
  const before = new Set(await world.contents());
  const jobId = await registerFile(depsOf(world), caller, { imageId: id, file: "files:disk.raw" });
  return await fixtureOf({ world, jobId, before, images: 1 });
});
