import assert from "node:assert/strict";
import { test } from "node:test";
import { exportFormats } from "@tintype/contract/ims/import-formats.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import { TransferWorld, sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, reader, refusalOf } from "./ims-server.ts";

const disk = sampleDisk(2);
const quick = { bucket_url: "files:fast.zvhd2", is_quick_export: true };
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
  const [started] = answers.filter(({ statusCode }) => statusCode === 200);
  const id = started?.json<{ job_id: string }>().job_id ?? "";
  const deletion = await server.call("DELETE", `/v2/images/${image.id}`);
  assert.equal(refusalOf(deletion), "400 IMG.0148");
  assert.ok(deletion.body.includes(`by task ${id}`), "the refusal names the task that is waited for");
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).status, "succeeded");
  assert.equal((await server.call("POST", path, target)).statusCode, 200);
});

const refusals: readonly [title: string, refusal: string, body: unknown][] = [
  ["no format", "400 IMG.0072", { bucket_url: target.bucket_url }],
  ["R-153: raw", "400 IMG.0072", { ...target, file_format: "raw" }],
  ["a format that is only read", "400 IMG.0072", { ...target, file_format: "iso" }],
  ["a format that is a number", "400 IMG.0072", { ...target, file_format: 2 }],
  ["a fast export with a format", "400 IMG.0105", { ...target, is_quick_export: true }],
  ["a fast export that is neither true nor false", "400 IMG.0001", { bucket_url: target.bucket_url, is_quick_export: "yes" }],
  ["a target whose bucket cannot exist", "400 IMG.0109", { ...target, bucket_url: "No_Bucket:x" }],
  ["a target with control characters", "400 IMG.0075", { ...target, bucket_url: "files:a\u0007b" }],
  ["a target with a name of 1,025 bytes", "400 IMG.0074", { ...target, bucket_url: `files:${"x".repeat(1025)}` }],
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

const refusedPlatforms = ["Windows", "SUSE", "RedHat", "Ubuntu", "Oracle Linux"];

const images: readonly [title: string, refusal: string, fields: Partial<ImageRecord>][] = [
  ["R-116, R-158: an image of a whole machine", "400 IMG.0128", { kind: "whole" }],
  ["R-158: an ISO image", "400 IMG.0167", { kind: "iso" }],
  ["R-095, R-158: an image that was installed from an ISO image", "400 IMG.0071", { lineage: { fromIso: true } }],
  ["R-020, R-159: an image that is being made", "400 IMG.0046", { status: "saving" }],
  ["R-020, R-159: an image without content", "400 IMG.0046", { status: "queued", disks: [] }],
  ["R-020, R-159: an image that failed", "400 IMG.0046", { status: "killed" }],
  ["R-156: a public image", "400 IMG.0077", { visibility: "public" }],
  ["R-157, R-275: an image that goes back to one of the market", "400 IMG.0078", { lineage: { fromMarket: true } }],
  ["an image that goes back to one that is charged for", "400 IMG.0079", { lineage: { isCharged: true } }],
  ...refusedPlatforms.map((platform): (typeof images)[number] => [
    `R-156: an image that goes back to a public image of ${platform}`,
    "400 IMG.0071",
    { lineage: { fromPublicPlatform: platform } },
  ]),
];

for (const [title, refusal, fields] of images) {
  test(`${title} is not exported, fast or not: ${refusal}`, async () => {
    const { server, path } = await serverWithImage(fields);
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, target)), refusal);
    assert.equal(refusalOf(await server.call("POST", path, quick)), refusal);
  });
}

test("R-156: which public images may leave is a setting, and others always may", async () => {
  const lineage = { fromPublicPlatform: "Red Hat" };
  const { server, path } = await serverWithImage({ lineage }, { holdJobs: true, limits: { exports: { refusedPlatforms: "Windows" } } });
  await using _ = server;
  assert.equal((await server.call("POST", path, target)).statusCode, 200);
  const strict = await serverWithImage({ lineage }, { holdJobs: true });
  await using __ = strict.server;
  assert.equal(refusalOf(await strict.server.call("POST", strict.path, target)), "400 IMG.0071");
  const debian = await strict.server.world.addImage("demo", disk, { lineage: { fromPublicPlatform: "Debian" } });
  assert.equal((await strict.server.call("POST", `/v1/cloudimages/${debian.id}/file`, target)).statusCode, 200);
});

test("R-157: what a copy goes back to is what its original goes back to", async () => {
  const { server, image } = await serverWithImage({ lineage: { fromMarket: true } });
  await using _ = server;
  const answer = await server.call("POST", `/v1/cloudimages/${image.id}/copy`, {});
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  const copy = (job.result as { imageId: string }).imageId; // what a copy's job answers
  assert.equal(refusalOf(await server.call("POST", `/v1/cloudimages/${copy}/file`, target)), "400 IMG.0078");
});

const withSize = (virtualSizeBytes: number): Partial<ImageRecord> => ({
  disks: [{ blobId: "0".repeat(32) as never, virtualSizeBytes, dataBytes: 1 }],
});

const GiB = 1024 ** 3;

test("R-090, R-091, R-154: up to 128 GiB leave in a format of choice; above, the refusal points to the fast export", async () => {
  for (const [bytes, expected] of [
    [128 * GiB - 512, "200"],
    [128 * GiB, "200"],
    [128 * GiB + 512, "400 IMG.0160"],
    [129 * GiB, "400 IMG.0160"],
  ] as const) {
    const { server, path } = await serverWithImage(withSize(bytes), { holdJobs: true });
    await using _ = server;
    const answer = await server.call("POST", path, target);
    assert.equal(answer.statusCode === 200 ? "200" : refusalOf(answer), expected, `${bytes}`);
    if (answer.statusCode !== 200) {
      assert.match(answer.json<{ error: { message: string } }>().error.message, /is_quick_export/);
      assert.equal((await server.call("POST", path, quick)).statusCode, 200);
    }
  }
});

test("R-154: up to 1 TiB leave fast, and nothing above leaves at all", async () => {
  for (const [bytes, expected] of [
    [1024 * GiB, "200"],
    [1024 * GiB + 512, "400 IMG.0160"],
  ] as const) {
    const { server, path } = await serverWithImage(withSize(bytes), { holdJobs: true });
    await using _ = server;
    const answer = await server.call("POST", path, quick);
    assert.equal(answer.statusCode === 200 ? "200" : refusalOf(answer), expected);
  }
});

test("R-219: both ceilings of exports are settings", async () => {
  const limits = { exports: { maxDiskGiB: 1, maxQuickDiskGiB: 2 } };
  for (const [bytes, normal, fast] of [
    [GiB, 200, 200],
    [GiB + 512, 400, 200],
    [2 * GiB, 400, 200],
    [2 * GiB + 512, 400, 400],
  ] as const) {
    const { server, image, path } = await serverWithImage(withSize(bytes), { holdJobs: true, limits });
    await using _ = server;
    assert.equal((await server.call("POST", path, target)).statusCode, normal);
    const other = await server.world.addImage("demo", disk, { ...withSize(bytes), name: image.name });
    assert.equal((await server.call("POST", `/v1/cloudimages/${other.id}/file`, quick)).statusCode, fast);
  }
});

test("R-155: an encrypted image is not exported fast, and is in a format of choice", async () => {
  const { server } = await serverWithImage();
  await using _ = server;
  const key = await defaultImageKey(server.world.keys, "demo" as never);
  const image = await server.world.addImage("demo", disk, { encryption: { keyId: key.id } });
  const path = `/v1/cloudimages/${image.id}/file`;
  assert.equal(refusalOf(await server.call("POST", path, quick)), "400 IMG.0071");
  const answer = await server.call("POST", path, target);
  assert.equal((await server.jobs.wait(answer.json<{ job_id: string }>().job_id)).status, "succeeded");
});

/** Exports fast, and answers the file once it reads back as the disk. */
async function quickExport(server: ImsServer, path: string): Promise<Buffer> {
  const answer = await server.call("POST", path, quick);
  assert.equal(answer.statusCode, 200, answer.body);
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  assert.equal(job.progress.doneBytes, job.progress.totalBytes);
  const file = await server.world.readFile(quick.bucket_url);
  assert.ok(file);
  await using copy = await openDisk(new MemorySource(file), { declaredFormat: "zvhd2" });
  assert.ok(Buffer.from(await copy.read(0, copy.virtualSizeBytes)).equals(disk));
  return Buffer.from(file);
}

for (const chunkKiB of [64, 512, 1024]) {
  test(`R-153: a fast export makes a ZVHD2 file of the stored frames as they are, of a store with chunks of ${chunkKiB} KiB`, async () => {
    await using server = await ImsServer.on(await TransferWorld.open({ chunkSizeBytes: chunkKiB * 1024 }));
    await server.world.addFile("demo", "files:");
    const image = await server.world.addImage("demo", disk);
    const file = await quickExport(server, `/v1/cloudimages/${image.id}/file`);
    assert.ok(image.disks[0]);
    await using blob = await server.world.store.open(image.disks[0].blobId);
    const frames = await Array.fromAsync(blob.frames?.() ?? []);
    assert.ok(frames.length >= 2);
    for (const { form, bytes } of frames) {
      assert.equal(form, "zstd");
      assert.ok(file.includes(bytes), "the very frame of the store");
    }
    assert.equal(file.readUInt32LE(88), chunkKiB < 1024 ? 2 * 1024 * 1024 : chunkKiB * 1024, "block_size");
  });
}

test("R-160, R-161: progress rises to its end, and the object has the size that its bucket tells", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const { job_id: id } = (await server.call("POST", path, target)).json<{ job_id: string }>();
  const job = await server.jobs.wait(id);
  const object = await server.world.catalog.buckets.object("files", "out/copy.qcow2");
  const file = await server.world.readFile(target.bucket_url);
  assert.equal(object?.lengthBytes, file?.length);
  assert.deepEqual((job.result as { lengthBytes: number }).lengthBytes, file?.length); // what an export's job answers
  const shown = (await server.call("GET", `/v1/demo/jobs/${id}`)).json<{ status: string; entities: { process_percent: number } }>();
  assert.deepEqual([shown.status, shown.entities.process_percent], ["SUCCESS", 1]);
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

test("R-163: an image reaches another region as a file: exported here, carried over, and imported there", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  await server.jobs.wait((await server.call("POST", path, target)).json<{ job_id: string }>().job_id);
  const file = await server.world.readFile(target.bucket_url);
  await using there = await ImsServer.open({ region: "other-1" });
  await there.world.addFile("demo", "arrivals:copy.qcow2", file);
  const job = await there.importFile({ name: "arrived", image_url: "arrivals:copy.qcow2", min_disk: 1 });
  const image = await there.world.catalog.images.get(job.subjectId as never);
  assert.ok(image?.disks[0], JSON.stringify(job.error));
  assert.ok(Buffer.from(await there.world.readBlob(image.disks[0].blobId)).equals(disk));
});
