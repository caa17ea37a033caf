import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import type { TraceRecord } from "@tintype/server/ports/trace-catalog.ts";
import { ObsSetup, s3Error } from "./obs-setup.ts";

let obs: ObsSetup;

before(async () => {
  obs = await ObsSetup.start();
});
after(() => obs[Symbol.asyncDispose]());

/** The traces of a project, and of nobody, oldest first. */
async function traces(projectId = "p1"): Promise<readonly TraceRecord[]> {
  const filter = { projectId: projectId as ProjectId, withUnassigned: true, from: 0, to: Infinity };
  return ((await obs.world.catalog.traces.list(filter, { limit: 200 })) ?? []).toReversed();
}

/** Traces that some work adds. */
async function tracesOf(work: () => Promise<unknown>): Promise<readonly TraceRecord[]> {
  const known = new Set((await traces()).map(({ id }) => id));
  await work();
  return (await traces()).filter(({ id }) => !known.has(id));
}

test("R-330: making and deleting a bucket leave traces: who, with which key, from where, and what came of it", async () => {
  const s3 = obs.client();
  const Bucket = "traced-bucket";
  const found = await tracesOf(async () => {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new DeleteBucketCommand({ Bucket }));
  });
  assert.deepEqual(
    found.map(({ service, resourceType, name, resourceId, rating, status }) => [service, resourceType, name, resourceId, rating, status]),
    [
      ["OBS", "bucket", "createBucket", Bucket, "normal", 200],
      ["OBS", "bucket", "deleteBucket", Bucket, "normal", 204],
    ],
  );
  const [{ user, sourceIp, location, projectId, requestId } = assert.fail()] = found;
  assert.deepEqual([user?.name, user?.accessKeyId, sourceIp, projectId], ["member", obs.world.user("member").access, "127.0.0.1", "p1"]);
  assert.equal(location, `PUT /${Bucket}/`);
  assert.match(requestId, /^[0-9a-f]{32}$/);
});

test("R-330: refused attempts leave traces too: of wrong signatures, of nobody, of readers, of names that are taken", async () => {
  const Bucket = "refused-bucket";
  await obs.client().send(new CreateBucketCommand({ Bucket }));
  const found = await tracesOf(async () => {
    await assert.rejects(obs.client("member", { secret: "wrong" }).send(new CreateBucketCommand({ Bucket: "x-1" })));
    assert.equal((await fetch(`${obs.world.endpoint}/x-2`, { method: "PUT" })).status, 403);
    await assert.rejects(obs.client("reader").send(new DeleteBucketCommand({ Bucket })), s3Error("AccessDenied", 403));
    await assert.rejects(obs.client().send(new CreateBucketCommand({ Bucket })), s3Error("BucketAlreadyOwnedByYou", 409));
    await assert.rejects(obs.client().send(new DeleteBucketCommand({ Bucket: "not-there" })), s3Error("NoSuchBucket", 404));
  });
  assert.deepEqual(
    found.map(({ name, resourceId, rating, errorCode, user }) => [name, resourceId, rating, errorCode, user?.name]),
    [
      ["createBucket", "x-1", "warning", "SignatureDoesNotMatch", undefined],
      ["createBucket", "x-2", "warning", "AccessDenied", undefined],
      ["deleteBucket", Bucket, "warning", "AccessDenied", "reader"],
      ["createBucket", Bucket, "warning", "BucketAlreadyOwnedByYou", "member"],
      ["deleteBucket", "not-there", "warning", "NoSuchBucket", "member"],
    ],
  );
});

test("reading, what happens to objects, and settings that cannot be changed leave no trace", async () => {
  const s3 = obs.client();
  const Bucket = "quiet-bucket";
  await s3.send(new CreateBucketCommand({ Bucket }));
  const found = await tracesOf(async () => {
    await s3.send(new HeadBucketCommand({ Bucket }));
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "k" }));
    await s3.send(new GetBucketVersioningCommand({ Bucket }));
    await assert.rejects(s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } })));
  });
  assert.deepEqual(found, []);
});
