import assert from "node:assert/strict";
import { test } from "node:test";
import type { ImportCheck, ImportCheckRequest } from "@tintype/contract/api/import-checks.ts";
import { buildIso } from "@tintype/disk/iso/testing/build-iso.ts";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const disk = sampleDisk(2);
const qcow2 = buildQcow2({ sizeBytes: 2 * GiB, clusters: new Map() }).file;
const disc = buildIso();

/** What is asked about a file of these bytes that is not there yet. */
const plain = { name: "web-1", file: "files:disk.raw", minDiskGiB: 40, diskFormat: "raw" } as const;

async function check(server: ImsServer, body: object, caller: Caller = demo, query = "") {
  return await server.call("POST", `/api/v1/import-checks${query}`, body, caller);
}

async function reasonsOf(server: ImsServer, body: object, caller?: Caller): Promise<ImportCheck["reasons"]> {
  const answer = await check(server, body, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  const { allowed, reasons } = answer.json<ImportCheck>();
  assert.equal(allowed, reasons.length === 0);
  return reasons;
}

const kindWords = { system: "ECS", bareMetal: "BMS", iso: "IsoImage", data: "DataImage" } as const;

/** The import that a check asked about. */
async function importAsAsked(server: ImsServer, body: ImportCheckRequest) {
  const { kind = "system", isQuick = false, encryption } = body;
  const path = kind === "data" && !isQuick ? "/v1/cloudimages/dataimages/action" : "/v2/cloudimages/action";
  return await server.call("POST", isQuick && kind !== "iso" ? "/v2/cloudimages/quickimport/action" : path, {
    name: body.name,
    description: body.description,
    image_url: body.file,
    min_disk: body.minDiskGiB,
    min_ram: body.minRamMiB,
    max_ram: body.maxRamMiB,
    os_version: body.osVersion,
    os_type: body.osType,
    architecture: body.architecture,
    hw_firmware_type: body.firmware,
    license_type: body.license,
    image_tags: body.tags,
    enterprise_project_id: body.enterpriseProjectId,
    cmk_id: encryption?.key,
    __system__encrypted: encryption === undefined ? undefined : "1",
    ...(path.includes("dataimages") ? {} : { type: kindWords[kind], is_quick_import: isQuick }),
  });
}

/** Code of what an import is refused with, at once or by its task; undefined when it makes an image. */
async function outcomeOf(server: ImsServer, body: ImportCheckRequest): Promise<string | undefined> {
  const answer = await importAsAsked(server, body);
  if (answer.statusCode !== 200) {
    return refusalOf(answer).split(" ")[1];
  }
  return (await server.jobs.wait(answer.json<{ job_id: string }>().job_id)).error?.code;
}

interface Case {
  readonly title: string;
  readonly asked: Partial<ImportCheckRequest>;
  readonly content?: Buffer;
  readonly limits?: ImsServerOptions["limits"];
  readonly code?: string;
}

const quick = { isQuick: true, osVersion: "CentOS 7.9 64bit" } as const;
const asDisc = { kind: "iso", file: "files:disc.iso", diskFormat: "iso", osVersion: "CentOS 7.9 64bit" } as const;
const asQcow2 = { file: "files:disk.qcow2", diskFormat: "qcow2", virtualSizeBytes: 2 * GiB } as const;
const elevenTags = Array.from({ length: 11 }, (_, index) => ({ key: `k${index}` }));

const cases: readonly Case[] = [
  { title: "a plain system disk", asked: {} },
  { title: "a data disk", asked: { kind: "data" } },
  { title: "a disk that fits exactly", asked: { ...asQcow2, minDiskGiB: 2 }, content: qcow2 },
  { title: "a disc", asked: asDisc, content: disc },
  { title: "an encrypted image", asked: { encryption: {} } },
  { title: "spaces around a tag's key", asked: { tags: [{ key: " env ", value: "prod" }] } },
  { title: "no name", asked: { name: "" }, code: "IMG.0013" },
  { title: "a name that is too long", asked: { name: "n".repeat(129) }, code: "IMG.0002" },
  { title: "a name with a slash", asked: { name: "a/b" }, code: "IMG.0003" },
  { title: "a description that is too long", asked: { description: "d".repeat(1025) }, code: "IMG.0004" },
  { title: "a disk larger than there may be", asked: { minDiskGiB: 1025 }, code: "IMG.0055" },
  { title: "more memory at least than at most", asked: { minRamMiB: 2048, maxRamMiB: 1024 }, code: "IMG.0055" },
  { title: "an OS version that is too long", asked: { osVersion: "v".repeat(256) }, code: "IMG.0056" },
  { title: "ARM with BIOS", asked: { architecture: "arm", firmware: "bios" }, code: "IMG.0141" },
  { title: "too many tags", asked: { tags: elevenTags }, code: "IMG.0116" },
  { title: "a tag twice", asked: { tags: [{ key: "a" }, { key: "a" }] }, code: "IMG.0115" },
  { title: "an enterprise project that there is not", asked: { enterpriseProjectId: "nowhere" }, code: "IMG.0155" },
  { title: "a disc that shall be encrypted", asked: { ...asDisc, encryption: {} }, content: disc, code: "IMG.0167" },
  { title: "a disc called otherwise", asked: { ...asDisc, file: "files:disc.v1.iso" }, content: disc, code: "IMG.0075" },
  { title: "a disk as a disc", asked: { ...asDisc, diskFormat: "raw" }, code: "IMG.0057" },
  { title: "a disc as a disk", asked: { file: "files:disc.iso", diskFormat: "iso" }, content: disc, code: "IMG.0057" },
  { title: "bare metal that shall be encrypted", asked: { kind: "bareMetal", encryption: {} }, code: "IMG.0118" },
  { title: "a fast import that shall be encrypted", asked: { ...quick, encryption: {} }, code: "IMG.0105" },
  { title: "a fast import without a system", asked: { isQuick: true }, code: "IMG.0159" },
  { title: "a fast import of qcow2", asked: { ...quick, ...asQcow2 }, content: qcow2, code: "IMG.0158" },
  { title: "a license for Linux", asked: { ...quick, license: "byol" }, code: "IMG.0105" },
  { title: "a data disk of another system", asked: { kind: "data", osType: "Other" }, code: "IMG.0122" },
  { title: "an empty file", asked: {}, content: Buffer.alloc(0), code: "IMG.0057" },
  { title: "a file that is too large", asked: {}, limits: { imports: { maxFileGiB: 1 / 1024 } }, code: "IMG.0059" },
  { title: "one too large for a fast import", asked: quick, limits: { imports: { maxQuickFileGiB: 1 / 1024 } }, code: "IMG.0055" },
  { title: "a disk that is too large", asked: { ...asQcow2, minDiskGiB: 1 }, content: qcow2, code: "IMG.0055" },
  {
    title: "a data disk that is too large",
    asked: { ...asQcow2, kind: "data" },
    content: qcow2,
    limits: { imports: { maxDataCapacityGiB: 2 } },
    code: "IMG.0055",
  },
  {
    title: "a data disk that holds too much",
    asked: { kind: "data", dataBytes: disk.length },
    limits: { imports: { maxDataStoredGiB: 1 / 1024 / 1024 } },
    code: "IMG.0055",
  },
  { title: "a full project", asked: {}, limits: { images: { perProject: 0 } }, code: "IMG.0015" },
  { title: "a key that there is not", asked: { encryption: { key: "00000000-0000-4000-8000-000000000000" } }, code: "IMG.0095" },
  { title: "a file without a bucket", asked: { file: "disk.raw" }, code: "IMG.0073" },
  { title: "a bucket that no bucket can be called", asked: { file: "A:disk.raw" }, code: "IMG.0109" },
];

for (const { title, asked, content = disk, limits = {}, code } of cases) {
  test(`a check and the import agree: ${title}${code === undefined ? " passes" : ` is refused with ${code}`}`, async () => {
    await using server = await ImsServer.open({ limits });
    const body = { ...plain, lengthBytes: content.length, virtualSizeBytes: content.length, ...asked };
    const answer = await check(server, body);
    const told = answer.statusCode === 200 ? answer.json<ImportCheck>().reasons[0]?.code : refusalOf(answer).split(" ")[1];
    assert.equal(told, code, answer.body);
    if (body.file.startsWith("files:")) {
      await server.world.addFile("demo", body.file, content);
    }
    assert.equal(await outcomeOf(server, body), code);
  });
}

test("R-216: a project that has as many tasks as it may is told so", async () => {
  await using server = await ImsServer.open({ holdJobs: true, limits: { jobs: { concurrentPerProject: 1 } } });
  await server.world.addFile("demo", plain.file, disk);
  assert.deepEqual(await reasonsOf(server, plain), []);
  assert.equal((await importAsAsked(server, plain)).statusCode, 200);
  assert.deepEqual(
    (await reasonsOf(server, plain)).map(({ rule, code }) => [rule, code]),
    [["jobsUnderWay", "IMG.0060"]],
  );
  assert.equal(refusalOf(await importAsAsked(server, plain)), "400 IMG.0060");
});

test("R-020: every reason is told at once, first what the import would be refused with, with requirement, sentence and remedy", async () => {
  await using server = await ImsServer.open({ limits: { images: { perProject: 0 }, imports: { maxFileGiB: 1 } } });
  const body = { ...plain, name: "a/b", lengthBytes: 2 * GiB, virtualSizeBytes: 50 * GiB, enterpriseProjectId: "nowhere" };
  const reasons = await reasonsOf(server, body);
  assert.deepEqual(
    reasons.map(({ rule, code }) => [rule, code]),
    [
      ["nameCharacters", "IMG.0003"],
      ["fileSize", "IMG.0059"],
      ["exists", "IMG.0155"],
      ["imageQuota", "IMG.0015"],
      ["fits", "IMG.0055"],
    ],
  );
  for (const { requirement, sentence, remedy } of reasons) {
    assert.match(requirement, /^(R-\d{3}|ims-api §)/);
    assert.match(sentence, /\.$/);
    assert.match(remedy, /\.$/);
    assert.doesNotMatch(sentence + remedy, /[{}]/);
  }
  const chinese = (await check(server, body, demo, "?language=zh")).json<ImportCheck>().reasons;
  assert.ok(chinese.every(({ sentence, remedy }) => /[\u4e00-\u9fff].*。$/.test(sentence) && /[\u4e00-\u9fff].*。$/.test(remedy)));
});

test("what is not told of the file stands in nobody's way", async () => {
  await using server = await ImsServer.open({ limits: { imports: { maxFileGiB: 0 } } });
  assert.deepEqual(await reasonsOf(server, { name: "n", file: "files:disk.raw", minDiskGiB: 1 }), []);
});

test("R-082: every disk of an OVA needs its place in the quota, and one import has as many of them as it may", async () => {
  await using server = await ImsServer.open({
    limits: { images: { perProject: 3 }, imports: { maxDataCapacityGiB: 10, maxDataDisks: 2 } },
  });
  const archive = { ...plain, file: "files:machine.ova", diskFormat: "ova" };
  assert.deepEqual(await reasonsOf(server, { ...archive, furtherDiskBytes: [MiB, MiB] }), []);
  const codes = async (furtherDiskBytes: readonly number[]) =>
    (await reasonsOf(server, { ...archive, furtherDiskBytes })).map(({ rule, code }) => [rule, code]);
  assert.deepEqual(await codes([MiB, MiB, MiB]), [
    ["imageQuota", "IMG.0015"],
    ["dataDiskCount", "IMG.0194"],
  ]);
  assert.deepEqual(await codes([10 * GiB]), [["dataDiskCapacity", "IMG.0055"]]);
});

test("keys of other projects do not exist, a key that rests is told as such, and the default key is not made by asking", async () => {
  await using server = await ImsServer.open();
  const { keys } = server.world;
  const project = demo.project as ProjectId;
  assert.deepEqual(await reasonsOf(server, { ...plain, encryption: {} }), []);
  assert.deepEqual(await keys.listKeys(project), []);
  const foreign = await defaultImageKey(keys, alt.project as ProjectId);
  const own = await defaultImageKey(keys, project);
  const codesFor = async (encryption: object, caller?: Caller) =>
    (await reasonsOf(server, { ...plain, encryption }, caller)).map(({ rule, code }) => [rule, code]);
  for (const caller of [demo, administrator]) {
    assert.deepEqual(await codesFor({ key: foreign.id }, caller), [["keyExists", "IMG.0095"]]);
  }
  assert.deepEqual(await codesFor({ key: "alias/ims/default" }), []);
  await keys.disable(own.id);
  assert.deepEqual(await codesFor({ key: own.id }), [["keyIsEnabled", "IMG.0097"]]);
  assert.deepEqual(await codesFor({}), [["keyIsEnabled", "IMG.0097"]]);
});

test("a bucket may still be made; one that is there must be of use, and another project's is not told from one that is of none", async () => {
  await using server = await ImsServer.open();
  const { catalog, clock } = server.world;
  const record = { projectId: demo.project as ProjectId, createdAt: clock.now() };
  await catalog.buckets.insertBucket({ ...record, name: "files", storageClass: "STANDARD" });
  await catalog.buckets.insertBucket({ ...record, name: "cold", storageClass: "COLD" });
  const rules = async (file: string, caller?: Caller) => (await reasonsOf(server, { ...plain, file }, caller)).map(({ rule }) => rule);
  assert.deepEqual(await rules("nobody-made-this:disk.raw"), []);
  assert.deepEqual(await rules("files:disk.raw"), []);
  assert.deepEqual(await rules("cold:disk.raw"), ["bucketIsStandard"]);
  for (const bucket of ["files", "cold"]) {
    assert.deepEqual(await rules(`${bucket}:disk.raw`, alt), ["bucketIsThere"]);
  }
});

test("R-304: who may not import may not ask, and the refusal names the right", async () => {
  await using server = await ImsServer.open();
  for (const [caller, action] of [
    [reader, /ims:serverImages:create/],
    [{ project: "demo", roles: ["ims_full"] }, /obs:bucket:HeadBucket/],
  ] as const) {
    const answer = await check(server, plain, caller);
    assert.equal(refusalOf(answer), "403 IMG.0026");
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
    assert.match(answer.body, action);
  }
});

test("wrong types, unknown fields and unknown words are refused as problems", async () => {
  await using server = await ImsServer.open();
  for (const [body, query] of [
    [{}, ""],
    [[], ""],
    [{ ...plain, lengthBytes: -1 }, ""],
    [{ ...plain, lengthBytes: 1.5 }, ""],
    [{ ...plain, virtualSizeBytes: 1e300 }, ""],
    [{ ...plain, minDiskGiB: "40 GiB" }, ""],
    [{ ...plain, kind: "whole" }, ""],
    [{ ...plain, diskFormat: "docx" }, ""],
    [{ ...plain, tags: "a" }, ""],
    [{ ...plain, encryption: { id: "x" } }, ""],
    [{ ...plain, min_disk: 40 }, ""],
    [plain, "?language=de"],
  ] as const) {
    const answer = await check(server, body, demo, query);
    assert.equal(answer.statusCode, 400, JSON.stringify(body));
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
  }
});

test("asking changes nothing", async () => {
  await using server = await ImsServer.open();
  assert.deepEqual(await reasonsOf(server, { ...plain, encryption: {}, deletesSource: true }), []);
  assert.deepEqual(await server.world.contents(), []);
  assert.deepEqual(await server.world.catalog.jobs.list({ projectId: demo.project }), []);
  assert.equal(await server.world.catalog.buckets.bucket("files"), undefined);
});
