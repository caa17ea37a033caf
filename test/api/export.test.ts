import assert from "node:assert/strict";
import { test } from "node:test";
import { exportFormats } from "@tintype/contract/ims/import-formats.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, reader, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(2);
const target = { bucket_url: "files:out/copy.qcow2", file_format: "qcow2" };

async function serverWithImage(
  fields: Partial<ImageRecord> = {},
  options?: Parameters<typeof ImsServer.open>[0],
): Promise<{ server: ImsServer; image: ImageRecord; path: string }> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:");
  const image = await server.world.addImage("demo", disk, fields);
  return { server, image, path: `/v1/cloudimages/${image.id}/file` };
}

for (const format of exportFormats) {
  test(`R-149, R-150: an image is written to a bucket as ${format}, and reads back the same`, async () => {
    const { server, path } = await serverWithImage();
    await using _ = server;
    const answer = await server.call("POST", path, { ...target, file_format: format });
    assert.equal(answer.statusCode, 200);
    const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
    assert.equal(job.status, "succeeded", JSON.stringify(job.error));
    const file = await server.world.readFile(target.bucket_url);
    assert.ok(file);
    await using copy = await openDisk(new MemorySource(file), { declaredFormat: format });
    assert.equal(copy.virtualSizeBytes, disk.length);
    assert.ok(Buffer.from(await copy.read(0, copy.virtualSizeBytes)).equals(disk));
  });
}

test("the newer path does the same", async () => {
  const { server, image } = await serverWithImage();
  await using _ = server;
  const answer = await server.call("POST", `/v2.1/cloudimages/${image.id}/file`, target);
  assert.equal((await server.jobs.wait(answer.json<{ job_id: string }>().job_id)).status, "succeeded");
});

test("what was imported comes out again through a second import", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  await server.jobs.wait((await server.call("POST", path, target)).json<{ job_id: string }>().job_id);
  const again = await server.importFile({ name: "again", image_url: target.bucket_url, min_disk: 1 });
  const record = await server.world.catalog.images.get(again.subjectId as never);
  assert.equal(record?.sourceFormat, "qcow2");
  assert.ok(record.disks[0]);
  assert.ok(Buffer.from(await server.world.readBlob(record.disks[0].blobId)).equals(disk));
});

test("a target that exists is refused with IMG.0070 and stays", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  await server.world.addFile("demo", target.bucket_url, Buffer.from("mine"));
  assert.equal(refusalOf(await server.call("POST", path, target)), "400 IMG.0070");
  assert.deepEqual(Buffer.from((await server.world.readFile(target.bucket_url)) ?? []), Buffer.from("mine"));
});

test("an image is exported once at a time, and is not deleted meanwhile", async () => {
  const { server, image, path } = await serverWithImage({}, { holdJobs: true });
  await using _ = server;
  const answers = await Promise.all(
    [1, 2, 3].map((number) => server.call("POST", path, { ...target, bucket_url: `files:${number}.qcow2` })),
  );
  const outcomes = answers.map((answer) => (answer.statusCode === 200 ? "200" : refusalOf(answer))).toSorted();
  assert.deepEqual(outcomes, ["200", "400 IMG.0148", "400 IMG.0148"]);
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`)), "400 IMG.0148");
  const [started] = answers.filter(({ statusCode }) => statusCode === 200);
  const id = started?.json<{ job_id: string }>().job_id ?? "";
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).status, "succeeded");
  assert.equal((await server.call("POST", path, target)).statusCode, 200);
});

const refusals: readonly [title: string, refusal: string, body: unknown][] = [
  ["no format", "400 IMG.0072", { bucket_url: target.bucket_url }],
  ["R-153: raw", "400 IMG.0072", { ...target, file_format: "raw" }],
  ["a format that is only read", "400 IMG.0072", { ...target, file_format: "iso" }],
  ["a format that is a number", "400 IMG.0072", { ...target, file_format: 2 }],
  ["fast export", "400 IMG.0105", { bucket_url: target.bucket_url, is_quick_export: true }],
  ["no target", "400 IMG.0068", { file_format: "qcow2" }],
  ["a target without an object", "400 IMG.0073", { ...target, bucket_url: "files:" }],
  ["a target with a space", "400 IMG.0175", { ...target, bucket_url: "files:my copy.qcow2" }],
  ["a bucket that does not exist", "400 IMG.0069", { ...target, bucket_url: "nothing-here:x" }],
  ["nothing", "400 IMG.0007", ""],
  ["no JSON", "400 IMG.0001", "{"],
];

test("requests that are no good are refused by their own code", async (suite) => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const before = await server.world.contents();
  for (const [title, refusal, body] of refusals) {
    await suite.test(`${title}: ${refusal}`, async () => {
      const answer = await server.call("POST", path, typeof body === "string" ? body : JSON.stringify(body));
      assert.equal(refusalOf(answer), refusal, answer.body);
    });
  }
  assert.deepEqual(await server.world.contents(), before);
  assert.deepEqual(await server.world.catalog.jobs.list({}), []);
});

test("the format that is not possible is answered with those that are", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const answer = await server.call("POST", path, { ...target, file_format: "vhdx" });
  assert.match(answer.json<{ error: { message: string } }>().error.message, /"vhdx".* one of: qcow2, vmdk, vhd, zvhd\./);
});

test("R-152: the bucket must be of the storage class Standard", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  await server.world.catalog.buckets.insertBucket({ name: "cold-files", projectId: "demo" as never, storageClass: "COLD", createdAt: 0 });
  assert.equal(refusalOf(await server.call("POST", path, { ...target, bucket_url: "cold-files:x" })), "400 IMG.0069");
});

const images: readonly [title: string, refusal: string, fields: Partial<ImageRecord>][] = [
  ["R-158: an ISO image", "400 IMG.0167", { kind: "iso" }],
  ["R-159: an image that is not active", "400 IMG.0046", { status: "saving" }],
  ["a public image", "400 IMG.0077", { visibility: "public" }],
  [
    "R-154: an image over 128 GiB",
    "400 IMG.0160",
    { disks: [{ blobId: "0" as never, virtualSizeBytes: 128 * 1024 ** 3 + 512, dataBytes: 1 }] },
  ],
];

for (const [title, refusal, fields] of images) {
  test(`${title} is not exported: ${refusal}`, async () => {
    const { server, path } = await serverWithImage(fields);
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, target)), refusal);
  });
}

test("R-154: an image of exactly 128 GiB is", async () => {
  const [disk] = [{ blobId: "0".repeat(32) as never, virtualSizeBytes: 128 * 1024 ** 3, dataBytes: 1 }];
  const { server, path } = await serverWithImage({ disks: [disk] }, { holdJobs: true });
  await using _ = server;
  assert.equal((await server.call("POST", path, target)).statusCode, 200);
});

test("R-151: a reader may not export", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await server.call("POST", path, target, reader)), "403 IMG.0026");
});

test("an image does not go to another project's bucket", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  await server.world.addFile(alt.project, "their-files:");
  assert.equal(refusalOf(await server.call("POST", path, { ...target, bucket_url: "their-files:x" })), "400 IMG.0069");
});
