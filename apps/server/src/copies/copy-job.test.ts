import assert from "node:assert/strict";
import { test } from "node:test";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { JobProgress } from "@tintype/jobs/job-record.ts";
import { defaultImageKey } from "../keys/default-image-key.ts";
import type { ImageEncryption } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import { TransferWorld, principalOf, sampleDisk } from "../testing/transfer-world.ts";
import { copyContent } from "./copy-content.ts";
import { copyImage } from "./copy-image.ts";
import { copyJob } from "./copy-job.ts";
import { copyWay } from "./copy-work.ts";
import type { CopyInput } from "./copy-work.ts";

const content = sampleDisk(3);
const project = "p" as ProjectId;

/** A copy from one kind of encryption to another, asked for and not yet run. */
async function openFixture(isEncrypted: { readonly original: boolean; readonly copy: boolean }): Promise<JobKindFixture> {
  const world = await TransferWorld.open();
  const { catalog, clock, ids, limits, keys } = world;
  const encryption: ImageEncryption | undefined = isEncrypted.original ? { keyId: (await defaultImageKey(keys, project)).id } : undefined;
  const image = await world.addImage(project, content, { encryption });
  const before = new Set(await world.contents());
  const key = { projectId: project, alias: "mine", description: "", enterpriseProjectId: "0", isDefault: false };
  const { id: newKey } = await keys.createKey(key, { mostInProject: 1 });
  const jobId = await copyImage({ catalog, clock, ids, limits, keys, jobs: { dispatch() {} } }, principalOf(project, "member"), {
    imageId: image.id,
    name: undefined,
    description: "",
    enterpriseProjectId: "0",
    encryption: isEncrypted.copy ? { key: newKey } : undefined,
  });
  const planned = await catalog.jobs.get(jobId);
  assert.ok(planned);
  // The input was made by the request above.
  const input = planned.input as unknown as CopyInput;
  let isJobDone = false;
  return {
    kind: () => copyJob(world),
    input: planned.input,
    projectId: project,
    subjectId: image.id,
    // The suite asks first before the job runs. The image of the request is there then, and yet a failure must take it away.
    async leftovers() {
      const things = isJobDone ? (await world.contents()).filter((thing) => !before.has(thing)) : [];
      isJobDone = true;
      return things;
    },
    async verify(job) {
      const copy = await catalog.images.get(input.newImageId);
      assert.equal(copy?.status, "active");
      assert.deepEqual(job.result, { imageId: copy.id });
      assert.deepEqual(copy.encryption, isEncrypted.copy ? { keyId: newKey } : undefined);
      assert.equal(copy.sourceFormat, image.sourceFormat);
      assert.equal(copy.disks[0]?.virtualSizeBytes, content.length);
      assert.ok(Buffer.from(await world.readBlob(input.blobId)).equals(content));
      assert.ok(Buffer.from(await world.readBlob(input.source.blobId)).equals(content));
      assert.deepEqual(await catalog.removals.noted(10), []);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

testJobKind("R-183: the copy of an image that is not encrypted", () => openFixture({ original: false, copy: false }));
testJobKind("R-168: the copy that encrypts", () => openFixture({ original: false, copy: true }));
testJobKind("R-168: the copy that decrypts", () => openFixture({ original: true, copy: false }));
testJobKind("R-166: the copy that changes the key", () => openFixture({ original: true, copy: true }));

test("the copy that encrypts tells how far it is, to the last byte that is not zero, and stops when it is told to", async () => {
  await using world = await TransferWorld.open();
  const original = await world.addImage(project, content);
  const { id: keyId } = await defaultImageKey(world.keys, project);
  const copy = await world.addImage(project, Buffer.alloc(0), { status: "queued", encryption: { keyId } });
  const [source] = original.disks;
  assert.ok(source);
  const work = { imageId: original.id, newImageId: copy.id, imageName: "n", source, way: "rewrite" } as const;
  const seen: number[] = [];
  const reading = (signal: AbortSignal, onBytes: (done: number) => void = () => {}) => ({
    signal,
    progress: ({ doneBytes, totalBytes }: JobProgress) => {
      assert.ok(doneBytes <= totalBytes);
      onBytes(doneBytes);
    },
  });
  const stop = new AbortController();
  const reason = new Error("stopped");
  const blobId = world.ids.hex32() as BlobId;
  const stopping = reading(stop.signal, () => stop.abort(reason));
  await assert.rejects(copyContent(world, { ...work, blobId }, stopping), reason);
  assert.equal(await world.store.has(blobId), false);
  const stored = await copyContent(
    world,
    { ...work, blobId },
    reading(new AbortController().signal, (done) => seen.push(done)),
  );
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    seen,
  );
  assert.equal(seen.at(-1), stored.dataBytes);
  assert.ok(stored.dataBytes > 0);
});

test("content is rewritten only between plain and encrypted", () => {
  assert.equal(copyWay(undefined, undefined), "share");
  assert.equal(copyWay("a", "a"), "share");
  assert.equal(copyWay("a", "b"), "rewrap");
  assert.equal(copyWay(undefined, "a"), "rewrite");
  assert.equal(copyWay("a", undefined), "rewrite");
});
