import assert from "node:assert/strict";
import { test } from "node:test";
import { ObsWorld } from "../testing/obs-world.ts";
import { CallBudget, StoppedError, stoppingAfter } from "../testing/stopping-after.ts";
import { abortUpload } from "./abort-upload.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { completeUpload } from "./complete-upload.ts";
import { copyObject } from "./copy-object.ts";
import { createUpload } from "./create-upload.ts";
import { deleteObjects } from "./delete-objects.ts";
import type { Payload } from "./payload.ts";
import { putObject } from "./put-object.ts";
import { releaseNotedBlobs } from "./release-noted-blobs.ts";
import { uploadPart } from "./upload-part.ts";
import { writeObject } from "./write-object.ts";

const minPartBytes = 4;
const text = { contentType: "text/plain", metadata: {} };

function payload(content: string): Payload {
  const bytes = Buffer.from(content);
  const body = async function* () {
    yield bytes.subarray(0, 3);
    yield bytes.subarray(3);
  };
  return { lengthBytes: bytes.length, body: body(), algorithms: [], expected: () => [] };
}

/** A bucket with an object `old` and an unfinished upload of two parts. */
async function openWorld() {
  const world = await ObsWorld.open({ minPartBytes });
  const bucket = { projectId: world.user("member").projectId, bucket: "bucket" };
  await world.catalog.buckets.insertBucket({ name: "bucket", projectId: bucket.projectId, storageClass: "STANDARD", createdAt: 0 });
  const old = { ...bucket, key: "old" };
  await putObject(world.services, { ...old, ...text }, payload("old content"));
  const { uploadId } = await createUpload(world.services, { ...bucket, ...text, key: "old" });
  const upload = { ...old, uploadId };
  const { part } = await uploadPart(world.services, { ...upload, partNumber: 1 }, payload("first part"));
  await uploadPart(world.services, { ...upload, partNumber: 2 }, payload("second part"));
  return { world, old, upload, part, fresh: { ...bucket, key: "fresh" }, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}
type World = Awaited<ReturnType<typeof openWorld>>;

const works: Readonly<Record<string, (deps: BucketsDeps, world: World) => Promise<unknown>>> = {
  "putting a new object": (deps, { fresh }) => putObject(deps, { ...fresh, ...text }, payload("fresh content")),
  "replacing an object": (deps, { old }) => putObject(deps, { ...old, ...text }, payload("newer content")),
  "deleting an object": (deps, { old }) => deleteObjects(deps, old, [old.key]),
  "copying an object": (deps, { old, fresh }) => copyObject(deps, { from: old, check: async () => {} }, () => ({ ...fresh, ...text })),
  "replacing a part": (deps, { upload }) => uploadPart(deps, { ...upload, partNumber: 1 }, payload("another part")),
  "completing an upload": (deps, { upload, part }) => completeUpload(deps, upload, [{ partNumber: 1, etag: part.etag }]),
  "aborting an upload": (deps, { upload }) => abortUpload(deps, upload),
  "writing an export": (deps, { fresh }) =>
    writeObject(deps, fresh, {
      totalBytes: 100,
      async *pieces() {
        yield { offset: 10, bytes: Buffer.from("piece") };
      },
    }),
};

/** What failed first, when closing things failed after it. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error;
}

/** After a start nothing is noted, every blob is part of something, and everything has its blobs. */
async function assertWhole({ world }: World): Promise<void> {
  await releaseNotedBlobs(world.services);
  const { buckets, removals } = world.catalog;
  const named: string[] = [];
  for (const { key } of await buckets.objects("bucket", { prefix: "", after: "", limit: 100 })) {
    named.push(...((await buckets.object("bucket", key))?.parts.map(({ blobId }) => blobId) ?? []));
  }
  for (const { uploadId } of await buckets.uploads("bucket", { prefix: "", limit: 100 })) {
    named.push(...(await buckets.parts(uploadId)).map(({ part }) => part.blobId));
  }
  assert.deepEqual(await removals.noted(100), []);
  assert.deepEqual(world.store.ids.toSorted(), named.toSorted());
}

for (const [name, work] of Object.entries(works)) {
  test(`${name} leaves nothing behind, wherever the service is stopped`, async () => {
    for (let calls = 0; ; calls++) {
      await using world = await openWorld();
      const budget = new CallBudget(calls);
      const { services } = world.world;
      const deps = { ...services, catalog: stoppingAfter(services.catalog, budget), store: stoppingAfter(services.store, budget) };
      try {
        await work(deps, world);
      } catch (error) {
        assert.ok(firstOf(error) instanceof StoppedError, String(error));
      }
      await assertWhole(world);
      if (!budget.isSpent) {
        assert.ok(calls > 3, "the work makes calls that can be interrupted");
        return;
      }
    }
  });
}

test("a blob stays noted, and in the store, while it is not known whether its commit happened", async () => {
  for (const happened of [false, true]) {
    await using bucketWorld = await openWorld();
    const { world, fresh } = bucketWorld;
    const { catalog } = world;
    const broken: BucketsDeps["catalog"] = {
      ...catalog,
      async transaction(run) {
        await catalog.transaction(async (inner) => {
          await run(inner);
          assert.ok(happened, "the connection broke");
        });
        throw new Error("the connection broke");
      },
    };
    await assert.rejects(putObject({ ...world.services, catalog: broken }, { ...fresh, ...text }, payload("content")), /broke/);
    assert.equal(world.store.ids.length, 4);
    await releaseNotedBlobs(world.services);
    assert.equal(world.store.ids.length, happened ? 4 : 3);
    assert.equal((await catalog.buckets.object("bucket", "fresh")) === undefined, !happened);
  }
});

test("a store that cannot remove does not fail the work; the next start removes what is noted", async () => {
  await using world = await openWorld();
  world.world.store.refusesRemoval = true;
  await deleteObjects(world.world.services, world.old, ["old"]);
  assert.equal(world.world.errors.length, 1);
  assert.equal((await world.world.catalog.removals.noted(10)).length, 1);
  world.world.store.refusesRemoval = false;
  await assertWhole(world);
});

test("a full disk leaves nothing behind", async () => {
  await using world = await openWorld();
  world.world.store.roomBytes = 5;
  await assert.rejects(putObject(world.world.services, { ...world.fresh, ...text }, payload("too much content")), { code: "store.full" });
  assert.equal(world.world.store.openWriters, 0);
  await assertWhole(world);
});
