import assert from "node:assert/strict";
import { test } from "node:test";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, reader, refusalOf } from "./ims-server.ts";

const quick = "/v2/cloudimages/quickimport/action";
const disk = sampleDisk(2);
const asked = { name: "fast", image_url: "files:disk.raw", min_disk: 40, os_version: "CentOS 7.9 64bit" };

async function fileOf(format: OutputFormat): Promise<Buffer> {
  await using source = await openRaw(new MemorySource(disk));
  const plan = await convertDisk(source, { format, target: "stream" });
  return Buffer.concat(await Array.fromAsync(toStream(plan), (bytes) => Buffer.from(bytes)));
}

async function serverWithFiles(options?: Parameters<typeof ImsServer.open>[0]): Promise<ImsServer> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:disk.raw", disk);
  await server.world.addFile("demo", "files:disk.raw.mf", Buffer.from([1]));
  await server.world.addFile("demo", "files:disk.zvhd2", await fileOf("zvhd2"));
  await server.world.addFile("demo", "files:disk.qcow2", await fileOf("qcow2"));
  return server;
}

for (const [path, body] of [
  [quick, asked],
  ["/v2.1/cloudimages/quickimport/action", asked],
  ["/v2/cloudimages/action", { ...asked, is_quick_import: true }],
  [quick, { ...asked, image_url: "files:disk.zvhd2" }],
] as const) {
  test(`R-087: ${body.image_url} becomes an image as it is, by ${path}, with no step that converts or looks for a system`, async () => {
    await using server = await serverWithFiles();
    const answer = await server.call("POST", path, body);
    assert.equal(answer.statusCode, 200, answer.body);
    const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
    assert.equal(job.status, "succeeded", job.error?.message ?? "");
    assert.equal(job.kind, "imsImportBigFileImageJob");
    assert.deepEqual(
      job.steps.map(({ name }) => name),
      ["inspect", "store", "seal", "tidy"],
    );
    const [image] = await server.list(`?id=${job.subjectId}`);
    assert.equal(image?.["__os_version"], "CentOS 7.9 64bit");
    assert.equal(image["disk_format"], "zvhd2");
    const record = await server.world.catalog.images.get(job.subjectId as never);
    assert.equal(record?.sourceFormat, body.image_url.endsWith("raw") ? "raw" : "zvhd2");
    assert.ok(record.disks[0]);
    assert.ok(disk.equals(await server.world.readBlob(record.disks[0].blobId)));
  });
}

test("a data disk comes in fast, with no OS version", async () => {
  await using server = await serverWithFiles();
  const { os_version: _, ...data } = asked;
  const answer = await server.call("POST", quick, { ...data, type: "DataImage" });
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded");
  const [image] = await server.list(`?id=${job.subjectId}`);
  assert.equal(image?.["virtual_env_type"], "DataImage");
  assert.equal(image["__os_type"], "Linux");
});

test("the map of a raw disk may also have the disk's name without its ending", async () => {
  await using server = await serverWithFiles();
  await server.world.addFile("demo", "files:other.raw", disk);
  const other = { ...asked, image_url: "files:other.raw" };
  assert.equal(refusalOf(await server.call("POST", quick, other)), "400 IMG.0158");
  await server.world.addFile("demo", "files:other.mf", Buffer.alloc(0));
  assert.equal(refusalOf(await server.call("POST", quick, other)), "400 IMG.0158", "an empty map is none");
  await server.world.addFile("demo", "files:more.raw", disk);
  await server.world.addFile("demo", "files:more.mf", Buffer.from([1]));
  assert.equal((await server.call("POST", quick, { ...asked, image_url: "files:more.raw" })).statusCode, 200);
});

test("R-083, R-088, R-091: a qcow2 is refused with what to do: convert it, or import it in the normal way", async () => {
  await using server = await serverWithFiles();
  const refused = await server.call("POST", quick, { ...asked, image_url: "files:disk.qcow2" });
  assert.equal(refusalOf(refused), "400 IMG.0158");
  assert.match(refused.body, /qcow2.*zvhd2 first .*normal import/);
  const normal = await server.importFile({ ...asked, image_url: "files:disk.qcow2" });
  assert.equal(normal.status, "succeeded");
});

test("R-090: what is too large for a normal import is refused there with a hint, and comes in fast up to 1 TiB", async () => {
  await using server = await serverWithFiles({ holdJobs: true });
  const sized = async (bytes: number): Promise<void> => {
    const object = await server.world.catalog.buckets.object("files", "disk.raw");
    assert.ok(object);
    await server.world.catalog.transaction(({ buckets }) => buckets.putObject({ ...object, lengthBytes: bytes }));
  };
  await sized(128 * 1024 ** 3 + 1);
  const refused = await server.call("POST", "/v2/cloudimages/action", asked);
  assert.equal(refusalOf(refused), "400 IMG.0059");
  assert.match(refused.body, /fast import/);
  await sized(1024 ** 4 + 1);
  const larger = await server.call("POST", quick, asked);
  assert.equal(refusalOf(larger), "400 IMG.0059");
  assert.match(larger.body, /a fast import takes at most 1024 GiB/);
  assert.equal(refusalOf(await server.call("POST", quick, { ...asked, min_disk: 1025 })), "400 IMG.0055");
  assert.equal(refusalOf(await server.call("POST", quick, { ...asked, type: "DataImage", min_disk: 1025 })), "400 IMG.0055");
});

const values: readonly [title: string, code: string, change: object][] = [
  ["no OS version", "IMG.0159", { os_version: undefined }],
  ["no file", "IMG.0021", { image_url: undefined }],
  ["no size", "IMG.0055", { min_disk: undefined }],
  ["a key", "IMG.0105", { __system__encrypted: "1" }],
  ["a type that does not exist", "IMG.0024", { type: "Toaster" }],
  ["the type of an ISO image", "IMG.0157", { type: "IsoImage" }],
  ["a data disk of another system", "IMG.0122", { type: "DataImage", os_type: "Other" }],
  ["a license of a Linux system", "IMG.0105", { license_type: "byol" }],
  ["a license that does not exist", "IMG.0001", { license_type: "stolen", os_version: "Windows Server 2019 Standard 64bit" }],
];

test("values that are no good for a fast import are refused by their own code, and leave nothing", async (suite) => {
  await using server = await serverWithFiles();
  const before = await server.world.contents();
  for (const [title, code, change] of values) {
    await suite.test(`${title}: ${code}`, async () => {
      const answer = await server.call("POST", quick, { ...asked, ...change });
      assert.equal(refusalOf(answer), `400 ${code}`, answer.body);
      assert.doesNotMatch(answer.body, /\{\w+\}|undefined/);
    });
  }
  assert.equal(refusalOf(await server.call("POST", quick, asked, reader)), "403 IMG.0026");
  assert.deepEqual(await server.world.contents(), before);
});

test("the license of a Windows system is kept with the image, and an image for bare-metal machines is one", async () => {
  await using server = await serverWithFiles();
  await server.call("POST", quick, { ...asked, os_version: "Windows Server 2019 Standard 64bit", license_type: "byol", type: "BMS" });
  const [image] = await server.list();
  assert.equal(image?.["license_type"], "byol");
  assert.equal(image["virtual_env_type"], "Ironic");
});

test("a raw disk that became a qcow2 after the look at it is not taken", async () => {
  await using server = await serverWithFiles({ holdJobs: true });
  const answer = await server.call("POST", quick, asked);
  const { job_id: id } = answer.json<{ job_id: string }>();
  const other = await server.world.catalog.buckets.object("files", "disk.qcow2");
  assert.ok(other);
  await server.world.catalog.transaction(({ buckets }) => buckets.putObject({ ...other, key: "disk.raw" }));
  server.jobs.dispatch(id);
  const job = await server.jobs.wait(id);
  assert.equal(job.error?.code, "IMG.0158");
  assert.deepEqual(await server.list(), []);
});
