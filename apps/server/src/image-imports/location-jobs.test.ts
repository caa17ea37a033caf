import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { inlineDigests } from "../adapters/digests/inline-digests.ts";
import type { ContentPromise, ImageRecord } from "../ports/image-catalog.ts";
import type { ImageId } from "../ports/ids.ts";
import { plainImage } from "../ports/testing/plain-image.ts";
import type { UrlReader } from "../ports/url-reader.ts";
import { TransferWorld, principalOf, sampleDisk } from "../testing/transfer-world.ts";
import { bringContent } from "./bring-content.ts";
import { imageImportJob } from "./image-import-job.ts";
import { startImageImport } from "./start-image-import.ts";

const content = sampleDisk(3);
const md5 = createHash("md5").update(content).digest("hex");
const sha1 = createHash("sha1").update(content).digest("hex");
const sha512 = createHash("sha512").update(content).digest("hex");
const caller = principalOf("p", "member");
const url = "http://files/disk.raw";

const urlReader: UrlReader = {
  check: async () => {},
  async open() {
    const pieces = async function* () {
      yield content;
    };
    return { lengthBytes: content.length, contentType: "", pieces: pieces(), [Symbol.asyncDispose]: async () => {} };
  },
};

function depsOf(world: TransferWorld) {
  const { catalog, store, stores, keys, clock, ids, log, limits, osLists } = world;
  const files = { formatMatch: "required", digest: "sha512" } as const;
  const imageServices = { addressOf: () => undefined, lendToken: () => Promise.reject(new Error("Nobody asks for tokens here")) };
  const jobs = { dispatch() {}, wait: (id: string) => Promise.reject(new Error(`Job ${id} runs elsewhere`)) };
  return {
    catalog,
    store,
    stores,
    keys,
    clock,
    ids,
    log,
    limits,
    osLists,
    digests: inlineDigests(),
    files,
    urlReader,
    imageServices,
    jobs,
  };
}

async function addImage(world: TransferWorld, fields: Partial<ImageRecord>): Promise<ImageId> {
  const image = plainImage({ id: world.ids.uuid() as ImageId, diskFormat: "raw", activeAt: undefined, ...fields });
  await world.catalog.images.insert(image);
  return image.id;
}

/** The job of an image's first use, not yet run. */
async function firstUse(world: TransferWorld, imageId: ImageId): Promise<JobRecord> {
  await assert.rejects(
    bringContent(depsOf(world), caller, { imageId, requestId: "req-1", signal: new AbortController().signal }),
    /runs elsewhere/,
  );
  const [job] = await world.catalog.jobs.list({ subjectId: imageId });
  assert.ok(job);
  return job;
}

/** An image in a state, and a job that brings its content, not yet run. */
async function openFixture(
  fields: Partial<ImageRecord>,
  start: (world: TransferWorld, imageId: ImageId) => Promise<JobRecord>,
): Promise<JobKindFixture> {
  const world = await TransferWorld.open();
  const id = await addImage(world, fields);
  const { input } = await start(world, id);
  let isJobDone = false;
  return {
    kind: () => imageImportJob(depsOf(world)),
    input,
    projectId: "p",
    subjectId: id,
    // The suite asks first before the job runs. The image is there then and later, as it was.
    async leftovers() {
      const things = isJobDone ? (await world.contents()).filter((thing) => thing !== `image ${id} ${fields.status}`) : [];
      isJobDone = true;
      return things;
    },
    async verify() {
      const image = await world.catalog.images.get(id);
      assert.equal(image?.status, "active");
      assert.equal(image.file?.md5, md5);
      assert.deepEqual(image.locations, [{ url, metadata: {} }]);
      const [disk] = image.disks;
      assert.ok(disk && Buffer.from(await world.readBlob(disk.blobId)).equals(content));
      assert.deepEqual(await world.contents(), [`blob ${disk.blobId}`, `image ${id} active`]);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const promised: ContentPromise = { lengthBytes: content.length, digests: { md5, sha512 } };
const elsewhere = { status: "active elsewhere", locations: [{ url, metadata: {} }], promised } as const;

testJobKind("the first use of an image whose content is elsewhere", () => openFixture(elsewhere, firstUse));

testJobKind("an import from a location", () =>
  openFixture({ status: "queued" }, (world, imageId) =>
    startImageImport(depsOf(world), caller, {
      imageId,
      method: { name: "location", uri: url, digests: { sha1 } },
      wish: { names: undefined, mustSucceed: true },
      requestId: "req-1",
      type: "location_import",
    }),
  ),
);

test("OSSN-0090: content that was here for a moment is the only one that the image ever takes", async () => {
  await using world = await TransferWorld.open();
  const deps = depsOf(world);
  const id = await addImage(world, { ...elsewhere, promised: { digests: {} } });
  const job = await firstUse(world, id);
  const kind = imageImportJob(deps);
  const outputs: Record<string, never> = {};
  const context = { job, input: job.input, outputs, signal: new AbortController().signal, progress() {} };
  for (const { name, run } of kind.steps) {
    Object.assign(outputs, { [name]: await run(context) });
  }
  assert.equal((await world.catalog.images.get(id))?.status, "active");
  await kind.onEnded?.({ ...job, status: "failed" });
  const image = await world.catalog.images.get(id);
  assert.equal(image?.status, "active elsewhere");
  assert.deepEqual(image.disks, []);
  assert.deepEqual(image.promised, promised);
});
