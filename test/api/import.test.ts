import assert from "node:assert/strict";
import { test } from "node:test";
import { importFormats } from "@tintype/contract/ims/import-formats.ts";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import type { ImportInput } from "@tintype/server/transfers/import-work.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, reader, refusalOf } from "./ims-server.ts";

const file = { name: "web-1", image_url: "files:dir/disk.raw", min_disk: 40 };
const disk = sampleDisk(2);

async function serverWithFile(options?: Parameters<typeof ImsServer.open>[0]): Promise<ImsServer> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:dir/disk.raw", disk);
  return server;
}

test("R-016, R-057, R-312: a file becomes an active image with its content", async () => {
  await using server = await serverWithFile();
  const answer = await server.call("POST", "/v2/cloudimages/action", {
    ...file,
    os_version: "Ubuntu 18.04 server 64bit",
    tags: ["env.prod"],
  });
  assert.equal(answer.statusCode, 200);
  assert.match(answer.json<{ job_id: string }>().job_id, /^[0-9a-f]{32}$/);
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded");
  const [image] = await server.list(`?id=${job.subjectId}`);
  assert.equal(image?.["status"], "active");
  assert.equal(image["__platform"], "Ubuntu");
  assert.equal(image["__data_origin"], "file,files:dir/disk.raw");
  assert.deepEqual(image["tags"], ["env=prod"]);
  const record = await server.world.catalog.images.get(job.subjectId as never);
  assert.ok(record?.disks[0]);
  assert.ok(Buffer.from(await server.world.readBlob(record.disks[0].blobId)).equals(disk));
});

test("R-059: what a file is, its content decides, not its name", async () => {
  await using server = await ImsServer.open();
  const qcow2 = buildQcow2({ sizeBytes: 1 << 20, clusters: new Map([[3, { kind: "data", bytes: Buffer.alloc(65536, "x") }]]) });
  await server.world.addFile("demo", "files:really-qcow2.raw", qcow2.file);
  const job = await server.importFile({ ...file, image_url: "files:really-qcow2.raw" });
  assert.equal(job.status, "succeeded");
  const record = await server.world.catalog.images.get(job.subjectId as never);
  assert.equal(record?.sourceFormat, "qcow2");
  assert.equal(record?.disks[0]?.virtualSizeBytes, 1 << 20);
  assert.ok(record.disks[0].dataBytes < 1 << 20);
});

for (const format of importFormats) {
  test(`R-059, R-239: a disk comes in from a file in ${format}, byte for byte, and is kept and shown as zvhd2`, async () => {
    await using server = await ImsServer.open();
    const content = sampleDisk(3);
    await using disk = await openRaw(new MemorySource(content));
    const written: Buffer[] = [];
    for await (const bytes of toStream(await convertDisk(disk, { format, target: "stream" }))) {
      written.push(Buffer.from(bytes));
    }
    await server.world.addFile("demo", "files:disk.img", Buffer.concat(written));
    const job = await server.importFile({ ...file, image_url: "files:disk.img" });
    assert.equal(job.status, "succeeded", job.error?.message ?? "");
    // The job is about an image.
    const record = await server.world.catalog.images.get(job.subjectId as never);
    assert.equal(record?.sourceFormat, format);
    const [stored] = record.disks;
    assert.ok(stored);
    // What is kept is the disk's content, whatever the file was; as a file it is zvhd2.
    assert.ok(content.equals(await server.world.readBlob(stored.blobId)));
    assert.equal(record.diskFormat, "zvhd2");
    const [image] = await server.list(`?id=${job.subjectId}`);
    assert.equal(image?.["disk_format"], "zvhd2");
  });
}

test("the newer path does the same", async () => {
  await using server = await serverWithFile();
  const answer = await server.call("POST", "/v2.1/cloudimages/action", file);
  assert.equal((await server.jobs.wait(answer.json<{ job_id: string }>().job_id)).status, "succeeded");
});

test("an image that is being made is listed, and shows no bytes yet", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  await server.call("POST", "/v2/cloudimages/action", file);
  const [image] = await server.list();
  assert.equal(image?.["status"], "queued");
  assert.equal(image["__image_size"], "0");
  assert.ok(!("active_at" in image));
});

test("nulls, empty texts and unknown fields are taken for what is not set", async () => {
  await using server = await serverWithFile();
  const body = { ...file, description: "", os_version: null, cmk_id: "", image_tags: null, is_config_init: true, whatever: { a: [1] } };
  assert.equal((await server.importFile(body)).status, "succeeded");
});

const values: readonly [title: string, code: string, change: object][] = [
  ["no name", "IMG.0013", { name: undefined }],
  ["an empty name", "IMG.0013", { name: "" }],
  ["a name that is a number", "IMG.0062", { name: 5 }],
  ["a name of 129 characters", "IMG.0002", { name: "n".repeat(129) }],
  ["a name with a slash", "IMG.0003", { name: "a/b" }],
  ["a name that begins with a space", "IMG.0003", { name: " a" }],
  ["R-072: a description of 1025 characters", "IMG.0004", { description: "d".repeat(1025) }],
  ["a description with <", "IMG.0054", { description: "a<b" }],
  ["no min_disk", "IMG.0055", { min_disk: undefined }],
  ["min_disk 0", "IMG.0055", { min_disk: 0 }],
  ["R-070: min_disk 1025", "IMG.0055", { min_disk: 1025 }],
  ["min_disk as a text", "IMG.0055", { min_disk: "40" }],
  ["a fraction of min_ram", "IMG.0055", { min_ram: 1.5 }],
  ["max_ram below min_ram", "IMG.0055", { min_ram: 2048, max_ram: 1024 }],
  ["an OS version of 256 characters", "IMG.0056", { os_version: "v".repeat(256) }],
  ["an OS type that does not exist", "IMG.0122", { os_type: "BeOS" }],
  ["a type that does not exist", "IMG.0024", { type: "Toaster" }],
  ["an architecture that does not exist", "IMG.0212", { architecture: "mips" }],
  ["R-076: ARM with BIOS", "IMG.0141", { architecture: "arm", hw_firmware_type: "bios" }],
  ["ARM with a 32-bit system", "IMG.0212", { architecture: "arm", os_version: "CentOS 6.10 32bit" }],
  ["a boot mode that does not exist", "IMG.0141", { hw_firmware_type: "openfirmware" }],
  ["R-191: eleven tags", "IMG.0116", { tags: Array.from({ length: 11 }, (_, index) => `k${index}.v`) }],
  ["R-196: a tag with a space", "IMG.0115", { tags: ["a b.c"] }],
  [
    "the same tag key twice",
    "IMG.0115",
    {
      image_tags: [
        { key: "a", value: "1" },
        { key: "a", value: "2" },
      ],
    },
  ],
  ["both kinds of tags", "IMG.0115", { tags: ["a.b"], image_tags: [{ key: "c", value: "d" }] }],
  ["tags that are no list", "IMG.0115", { tags: "a.b" }],
  ["an enterprise project that is no id", "IMG.0155", { enterprise_project_id: "a b" }],
  ["no source", "IMG.0021", { image_url: undefined }],
  ["a server that does not exist", "IMG.0005", { instance_id: "x" }],
  ["a server that does not exist, and a bad name", "IMG.0003", { instance_id: "x", name: "a/b" }],
  ["a disk that does not exist", "IMG.0022", { volume_id: "x" }],
  ["a disk that shall become an ISO image", "IMG.0117", { volume_id: "x", type: "IsoImage" }],
  ["data disks that do not exist", "IMG.0120", { image_url: undefined, data_images: [{ name: "d", volume_id: "x", image_tags: null }] }],
  ["a data disk without a file", "IMG.0068", { data_images: [{ min_disk: 40 }] }],
  ["a data disk without a size", "IMG.0055", { data_images: [{ image_url: "files:dir/data.raw" }] }],
  ["R-104: a data disk of 2049 GiB", "IMG.0055", { data_images: [{ image_url: "files:dir/data.raw", min_disk: 2049 }] }],
  ["the file of the system disk for a data disk too", "IMG.0123", { data_images: [{ image_url: "files:dir/disk.raw", min_disk: 40 }] }],
  [
    "one file for two data disks",
    "IMG.0123",
    {
      data_images: [
        { image_url: "files:dir/data.raw", min_disk: 40 },
        { image_url: "files:dir/data.raw", min_disk: 40 },
      ],
    },
  ],
  ["data disks that are no objects", "IMG.0001", { data_images: ["files:dir/disk.raw"] }],
  ["four data disks", "IMG.0194", { data_images: Array.from({ length: 4 }, () => ({ image_url: "files:dir/disk.raw", min_disk: 40 })) }],
  ["the type of a data disk", "IMG.0157", { type: "DataImage" }],
  ["R-014: an encrypted image for bare-metal machines", "IMG.0118", { type: "BMS", __system__encrypted: "1" }],
  ["a key that does not exist", "IMG.0095", { cmk_id: "0123" }],
  ["R-171: an ISO image that shall be encrypted", "IMG.0167", { type: "IsoImage", cmk_id: "0123" }],
  ["R-171: an ISO image with the default key", "IMG.0167", { type: "IsoImage", __system__encrypted: "1" }],
  ["R-096: an ISO image without an OS version", "IMG.0166", { type: "IsoImage" }],
  ["an ISO image by quick import", "IMG.0157", { type: "IsoImage", is_quick_import: true, os_version: "CentOS 7.9 64bit" }],
  [
    "an ISO file with a dot in its name",
    "IMG.0075",
    { type: "IsoImage", os_version: "CentOS 7.9 64bit", image_url: "files:centos-7.9.iso" },
  ],
  ["quick import without an OS version", "IMG.0159", { is_quick_import: true }],
  ["R-087: quick import of a raw disk without its map", "IMG.0158", { is_quick_import: true, os_version: "CentOS 7.9 64bit" }],
  ["a file address without an object", "IMG.0073", { image_url: "files" }],
  ["a file address without a bucket", "IMG.0068", { image_url: ":disk.raw" }],
  ["a file address with a space", "IMG.0175", { image_url: "files:my disk.raw" }],
  ["a bucket name that no bucket can have", "IMG.0109", { image_url: "Files!:disk.raw" }],
  ["an object name of 1025 bytes", "IMG.0074", { image_url: `files:${"k".repeat(1025)}` }],
  ["an object name with a control character", "IMG.0075", { image_url: "files:a\u0007b" }],
  ["a bucket that does not exist", "IMG.0069", { image_url: "nothing-here:disk.raw" }],
  ["an object that does not exist", "IMG.0121", { image_url: "files:nothing.raw" }],
];

test("values that are no good are refused by their own code, in words, and leave nothing", async (suite) => {
  await using server = await serverWithFile();
  const before = await server.world.contents();
  for (const [title, code, change] of values) {
    await suite.test(`${title}: ${code}`, async () => {
      const answer = await server.call("POST", "/v2/cloudimages/action", { ...file, ...change });
      assert.equal(refusalOf(answer), `400 ${code}`, answer.body);
      const { message } = answer.json<{ error: { message: string } }>().error;
      assert.match(message, /\w.*\. \S/, "a sentence and a remedy");
      assert.doesNotMatch(message, /[{}]|undefined/, "every place of the sentence is filled");
    });
  }
  assert.deepEqual(await server.world.contents(), before);
  assert.deepEqual(await server.world.catalog.jobs.list({}), []);
});

test("a body that is no JSON, empty, or no object is refused", async () => {
  await using server = await serverWithFile();
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", "{not json")), "400 IMG.0001");
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", "")), "400 IMG.0007");
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", "[]")), "400 IMG.0001");
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", "[".repeat(100_000) + "]".repeat(100_000))), "400 IMG.0001");
});

test("R-070, R-107: a system disk has up to 1024 GiB, or what the settings say", async () => {
  const sizes = async (server: ImsServer, cases: readonly (readonly [size: number, outcome: string])[]) => {
    for (const [size, outcome] of cases) {
      const answer = await server.call("POST", "/v2/cloudimages/action", { ...file, min_disk: size });
      assert.equal(answer.statusCode === 200 ? "200" : refusalOf(answer), outcome, `${size} GiB`);
    }
  };
  const [taken, refused] = ["200", "400 IMG.0055"];
  await using server = await serverWithFile({ holdJobs: true });
  await sizes(server, [
    [0, refused],
    [1, taken],
    [40, taken],
    [1024, taken],
    [1025, refused],
  ]);
  await using documented = await serverWithFile({ holdJobs: true, limits: { disks: { minSystemGiB: 40 } } });
  await sizes(documented, [
    [39, refused],
    [40, taken],
  ]);
});

test("R-062: bucket and object must be of the storage class Standard", async () => {
  await using server = await serverWithFile();
  await server.world.addFile("demo", "files:warm.raw", disk, "WARM");
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", { ...file, image_url: "files:warm.raw" })), "400 IMG.0057");
  await server.world.catalog.buckets.insertBucket({ name: "cold-files", projectId: "demo" as never, storageClass: "COLD", createdAt: 0 });
  await server.world.addFile("demo", "cold-files:disk.raw", disk);
  const refused = await server.call("POST", "/v2/cloudimages/action", { ...file, image_url: "cold-files:disk.raw" });
  assert.equal(refusalOf(refused), "400 IMG.0069");
});

test("another project's bucket is told no differently from one that does not exist", async () => {
  await using server = await serverWithFile();
  const theirs = await server.call("POST", "/v2/cloudimages/action", file, alt);
  const missing = await server.call("POST", "/v2/cloudimages/action", { ...file, image_url: "filez:dir/disk.raw" }, alt);
  assert.equal(refusalOf(theirs), "400 IMG.0069");
  assert.equal(theirs.body.replaceAll("files", "filez"), missing.body);
});

test("a reader may not create images", async () => {
  await using server = await serverWithFile();
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", file, reader)), "403 IMG.0026");
});

test("a file over the limit of a normal import is refused", async () => {
  await using server = await ImsServer.open({ limits: { imports: { maxFileGiB: 1 } } });
  await server.world.addFile("demo", "files:big.raw", disk);
  const object = await server.world.catalog.buckets.object("files", "big.raw");
  assert.ok(object);
  await server.world.catalog.transaction(({ buckets }) => buckets.putObject({ ...object, lengthBytes: 1024 ** 3 + 1 }));
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", { ...file, image_url: "files:big.raw" })), "400 IMG.0059");
});

test("R-067: a system that is not in the list is called Other, and an ARM image boots with UEFI", async () => {
  await using server = await serverWithFile();
  await server.importFile({ ...file, os_version: "Plan 9", architecture: "arm" });
  const [image] = await server.list();
  assert.equal(image?.["__os_version"], "Other_Linux (64_bit)");
  assert.equal(image["hw_firmware_type"], "uefi");
  assert.equal(image["__support_arm"], "true");
});

test("R-215: the quota is exact under 50 creations at once", async () => {
  await using server = await serverWithFile({
    holdJobs: true,
    limits: { images: { perProject: 50 }, jobs: { concurrentPerProject: 1000 } },
  });
  const answers = await Promise.all(
    Array.from({ length: 53 }, (_, index) => server.call("POST", "/v2/cloudimages/action", { ...file, name: `n${index}` })),
  );
  const outcomes = answers.map((answer) => (answer.statusCode === 200 ? "200" : refusalOf(answer)));
  assert.equal(outcomes.filter((outcome) => outcome === "200").length, 50);
  assert.equal(outcomes.filter((outcome) => outcome === "400 IMG.0015").length, 3);
  assert.equal((await server.list()).length, 50);
  const quota = await server.call("GET", "/v1/cloudimages/quota");
  const { quotas } = quota.json<{ quotas: { resources: unknown[] } }>();
  assert.deepEqual(quotas.resources[0], { type: "image", used: 50, quota: 50, min: 1, max: 1_000_000 });
});

test("R-216: a project has at most 40 unfinished tasks, and others are not held up by it", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  await server.world.addFile("alt", "their-files:disk.raw", disk);
  for (let index = 0; index < 40; index += 1) {
    assert.equal((await server.call("POST", "/v2/cloudimages/action", file)).statusCode, 200);
  }
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", file)), "400 IMG.0060");
  assert.equal((await server.list()).length, 40, "the refused one took no place");
  assert.equal((await server.call("POST", "/v2/cloudimages/action", { ...file, image_url: "their-files:disk.raw" }, alt)).statusCode, 200);
});

const brokenQcow2 = buildQcow2({ sizeBytes: 1 << 20, clusters: new Map([[0, { kind: "data", bytes: Buffer.alloc(65536, "x") }]]) });

function qcow2With(change: (header: Buffer) => void): Buffer {
  const bytes = Buffer.from(brokenQcow2.file);
  change(bytes);
  return bytes;
}

const badFiles: readonly [title: string, reason: RegExp, content: Buffer][] = [
  ["a truncated qcow2", /disk\.truncated/, brokenQcow2.file.subarray(0, brokenQcow2.l1Offset + 4)],
  [
    "a qcow2 whose table points outside the file",
    /disk\.(corrupt|truncated)/,
    qcow2With((bytes) => bytes.writeUInt32BE(0x7fffffff, brokenQcow2.l1Offset + 4)),
  ],
  ["a qcow2 with a backing file", /disk\.unsafe/, qcow2With((bytes) => (bytes.writeBigUInt64BE(512n, 8), bytes.writeUInt32BE(8, 16)))],
  ["a qcow2 that needs an external data file", /disk\.unsafe/, qcow2With((bytes) => bytes.writeUInt32BE(4, 76))],
  ["an encrypted qcow2", /disk\.unsafe/, qcow2With((bytes) => bytes.writeUInt32BE(1, 32))],
  ["a qcow2 of 2^63 bytes", /disk\.(limit|corrupt)/, qcow2With((bytes) => bytes.writeBigUInt64BE(1n << 63n, 24))],
  ["a compressed file", /disk\.unsupported/, Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]), Buffer.alloc(4096, 1)])],
];

for (const [title, reason, content] of badFiles) {
  test(`${title} ends as a failed task with IMG.0057, the reason in words, and nothing left`, async () => {
    await using server = await ImsServer.open();
    await server.world.addFile("demo", "files:bad.img", content);
    const before = await server.world.contents();
    const job = await server.importFile({ ...file, image_url: "files:bad.img" });
    const shown = (await server.call("GET", `/v1/demo/jobs/${job.id}`)).json<Record<string, unknown>>();
    assert.equal(shown["status"], "FAIL");
    assert.equal(shown["error_code"], "IMG.0057");
    assert.match(String(shown["fail_reason"]), reason);
    assert.match(String(shown["fail_reason"]), /files:bad\.img/);
    assert.ok(!("image_id" in (shown["entities"] as object)));
    assert.deepEqual(await server.world.contents(), before);
    assert.deepEqual(await server.list(), []);
    assert.equal(await server.world.catalog.images.count("demo" as never), 0);
  });
}

test("R-071: a disk larger than min_disk fails with the causes and the size that would do", async () => {
  await using server = await ImsServer.open();
  const sizeBytes = 2 * 1024 ** 3 + 507_904;
  await server.world.addFile("demo", "files:vhd-sized.qcow2", buildQcow2({ sizeBytes, clusters: new Map() }).file);
  const before = await server.world.contents();
  const job = await server.importFile({ ...file, image_url: "files:vhd-sized.qcow2", min_disk: 2 });
  assert.equal(job.error?.code, "IMG.0055");
  assert.match(job.error.message, /2147991552 bytes, more than 2 GiB/);
  assert.match(job.error.message, /system disk of 3 GiB\./);
  assert.deepEqual(await server.world.contents(), before);
});

test("an empty file is refused at once", async () => {
  await using server = await ImsServer.open();
  await server.world.addFile("demo", "files:empty.raw", Buffer.alloc(0));
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", { ...file, image_url: "files:empty.raw" })), "400 IMG.0057");
});

test("a file that is deleted before its import runs ends as a failed task, and the quota is free again", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  const answer = await server.call("POST", "/v2/cloudimages/action", file);
  const { job_id: id } = answer.json<{ job_id: string }>();
  await server.world.catalog.buckets.deleteObject("files", "dir/disk.raw");
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).error?.code, "IMG.0121");
  assert.deepEqual(await server.list(), []);
});

test("a file that is replaced between the look at it and the reading of it is not taken", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  const answer = await server.call("POST", "/v2/cloudimages/action", file);
  const { job_id: id } = answer.json<{ job_id: string }>();
  const planned = await server.world.catalog.jobs.get(id);
  assert.ok(planned);
  // The input was made by the call.
  const [part] = (planned.input as unknown as ImportInput).parts;
  const facts = { format: "raw", virtualSizeBytes: disk.length, etag: "of an earlier one" };
  await server.world.catalog.jobs.update(id, ["queued"], {
    steps: [{ name: "inspect", attempts: 1, finishedAt: 1, output: { disks: [{ ...part, ...facts }], warnings: [] } }],
  });
  server.jobs.dispatch(id);
  const job = await server.jobs.wait(id);
  assert.equal(job.error?.code, "IMG.0057");
  assert.match(job.error.message, /replaced/);
  assert.deepEqual(await server.list(), []);
});

test("IMG.0090: an image that is being created cannot be deleted, changed or exported", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  await server.call("POST", "/v2/cloudimages/action", file, demo);
  const [image] = await server.list();
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${String(image?.["id"])}`)), "400 IMG.0090");
  const patch = [{ op: "replace", path: "/name", value: "x" }];
  assert.equal(refusalOf(await server.call("PATCH", `/v2/cloudimages/${String(image?.["id"])}`, patch)), "400 IMG.0046");
  const target = { bucket_url: "files:out.qcow2", file_format: "qcow2" };
  assert.equal(refusalOf(await server.call("POST", `/v1/cloudimages/${String(image?.["id"])}/file`, target)), "400 IMG.0046");
});
