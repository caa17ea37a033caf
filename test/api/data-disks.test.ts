import assert from "node:assert/strict";
import { test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { buildOvf, buildTar } from "@tintype/disk/ova/testing/build-ova.ts";
import { buildQcow2 } from "@tintype/disk/qcow2/testing/build-qcow2.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { toStream } from "@tintype/disk/sink/to-stream.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { buildZvhd2 } from "@tintype/disk/zvhd2/testing/build-zvhd2.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, reader, refusalOf } from "./ims-server.ts";

const action = "/v2/cloudimages/action";
const dataAction = "/v1/cloudimages/dataimages/action";
const disk = sampleDisk(2);
const otherDisk = sampleDisk(3);
const file = { name: "data-1", image_url: "files:data.raw", min_disk: 40 };

interface Shown {
  readonly status: string;
  readonly job_type: string;
  readonly error_code: string | null;
  readonly entities: {
    readonly image_id?: string;
    readonly sub_jobs_list?: readonly string[];
    readonly sub_jobs_result?: readonly {
      readonly status: string;
      readonly job_id: string;
      readonly job_type: string;
      readonly entities: { readonly image_id?: string; readonly image_name?: string };
    }[];
    readonly warnings?: readonly string[];
  };
}

async function serverWithFiles(options?: Parameters<typeof ImsServer.open>[0]): Promise<ImsServer> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:data.raw", disk);
  await server.world.addFile("demo", "files:other.raw", otherDisk);
  await server.world.addFile("demo", "files:third.raw", otherDisk);
  return server;
}

/** Starts a task and answers it as clients see it when it is over. */
async function ended(server: ImsServer, path: string, body: object): Promise<Shown> {
  const answer = await server.call("POST", path, body);
  assert.equal(answer.statusCode, 200, answer.body);
  const { job_id: id } = answer.json<{ job_id: string }>();
  await server.jobs.wait(id);
  return (await server.call("GET", `/v1/demo/jobs/${id}`)).json<Shown>();
}

async function contentOf(server: ImsServer, id: unknown): Promise<Uint8Array> {
  const record = await server.world.catalog.images.get(id as never);
  assert.ok(record?.disks[0]);
  return await server.world.readBlob(record.disks[0].blobId);
}

for (const path of [dataAction, "/v2.1/cloudimages/dataimages/action"]) {
  test(`R-009, R-104, R-313: a file becomes the image of a data disk (${path})`, async () => {
    await using server = await serverWithFiles();
    const shown = await ended(server, path, { ...file, os_type: "Windows", image_tags: [{ key: "env", value: "t" }] });
    assert.equal(shown.status, "SUCCESS");
    assert.equal(shown.job_type, "imsImportDataImageJob");
    const [image] = await server.list(`?id=${shown.entities.image_id}`);
    assert.equal(image?.["virtual_env_type"], "DataImage");
    assert.equal(image["__os_type"], "Windows");
    assert.equal(image["__data_origin"], "file,files:data.raw");
    assert.equal(image["min_disk"], 40);
    assert.ok(disk.equals(await contentOf(server, shown.entities.image_id)));
  });
}

test("R-103: the system of a data disk is Linux when it is not told, as the newer interface has it, and can only be Linux or Windows", async () => {
  await using server = await serverWithFiles();
  await ended(server, dataAction, file);
  const [image] = await server.list();
  assert.equal(image?.["__os_type"], "Linux");
  assert.equal(refusalOf(await server.call("POST", dataAction, { ...file, os_type: "Other" })), "400 IMG.0122");
  assert.equal(refusalOf(await server.call("POST", dataAction, { ...file, os_type: 5 })), "400 IMG.0122");
});

test("R-104, R-219: a data disk has 1 to 2048 GiB, or what the settings say; 40 or more is advised", async () => {
  await using server = await serverWithFiles({ holdJobs: true });
  for (const [size, refused] of [
    [0, true],
    [1, false],
    [39, false],
    [40, false],
    [2048, false],
    [2049, true],
  ] as const) {
    const answer = await server.call("POST", dataAction, { ...file, min_disk: size });
    assert.equal(answer.statusCode === 200 ? "200" : refusalOf(answer), refused ? "400 IMG.0055" : "200", String(size));
  }
  await using strict = await serverWithFiles({ holdJobs: true, limits: { disks: { minDataGiB: 40, maxDataGiB: 100, minSystemGiB: 50 } } });
  assert.equal(refusalOf(await strict.call("POST", dataAction, { ...file, min_disk: 39 })), "400 IMG.0055");
  assert.equal((await strict.call("POST", dataAction, { ...file, min_disk: 40 })).statusCode, 200);
  assert.equal((await strict.call("POST", dataAction, { ...file, min_disk: 100 })).statusCode, 200);
  assert.equal(refusalOf(await strict.call("POST", dataAction, { ...file, min_disk: 101 })), "400 IMG.0055");
  assert.equal(refusalOf(await strict.call("POST", action, { ...file, min_disk: 49 })), "400 IMG.0055");
  assert.equal((await strict.call("POST", action, { ...file, min_disk: 50 })).statusCode, 200);
});

test("R-104: a data disk smaller than the one in the file fails with the size that would do", async () => {
  await using server = await serverWithFiles();
  await server.world.addFile("demo", "files:large.qcow2", buildQcow2({ sizeBytes: 3 * 1024 ** 3, clusters: new Map() }).file);
  const before = await server.world.contents();
  const shown = await ended(server, dataAction, { ...file, image_url: "files:large.qcow2", min_disk: 2 });
  assert.equal(shown.error_code, "IMG.0055");
  assert.match(JSON.stringify(shown), /data disk of 3 GiB/);
  assert.deepEqual(await server.world.contents(), before);
});

test("R-105: the file of a data disk must be of the storage class Standard", async () => {
  await using server = await serverWithFiles();
  await server.world.addFile("demo", "files:warm.raw", disk, "WARM");
  assert.equal(refusalOf(await server.call("POST", dataAction, { ...file, image_url: "files:warm.raw" })), "400 IMG.0057");
});

test("a data disk image can be encrypted; readers and other projects get none", async () => {
  await using server = await serverWithFiles();
  const shown = await ended(server, dataAction, { ...file, __system__encrypted: "1" });
  const [image] = await server.list(`?id=${shown.entities.image_id}`);
  assert.equal(image?.["__system__encrypted"], "1");
  assert.equal(refusalOf(await server.call("POST", dataAction, file, reader)), "403 IMG.0026");
  assert.equal(refusalOf(await server.call("POST", dataAction, file, alt)), "400 IMG.0069");
  assert.equal(refusalOf(await server.call("POST", dataAction, { name: "n", min_disk: 40 })), "400 IMG.0021");
});

test("R-313: a system disk and data disks come in together, in one task with a part for each image", async () => {
  await using server = await serverWithFiles();
  const shown = await ended(server, action, {
    name: "web",
    image_url: "files:data.raw",
    min_disk: 40,
    os_version: "Windows Server 2019 Standard 64bit",
    description: "all of it",
    image_tags: [{ key: "env", value: "t" }],
    data_images: [
      { image_url: "files:other.raw", min_disk: 100 },
      { name: "logs", image_url: "files:third.raw", min_disk: 41, description: "logs only", tags: ["a.b"] },
    ],
  });
  assert.equal(shown.status, "SUCCESS");
  assert.equal(shown.job_type, "imsImportOvaImageJob");
  assert.ok(!("image_id" in shown.entities), "clients look for the images in the parts");
  const parts = shown.entities.sub_jobs_result ?? [];
  assert.deepEqual(
    parts.map(({ job_type: type, status, entities }) => [type, status, entities.image_name]),
    [
      ["imsImportImageJob", "SUCCESS", "web"],
      ["imsImportDataImageJob", "SUCCESS", "web-data1"],
      ["imsImportDataImageJob", "SUCCESS", "logs"],
    ],
  );
  assert.deepEqual(
    shown.entities.sub_jobs_list,
    parts.map(({ job_id: id }) => id),
  );
  const ids = parts.map(({ entities }) => entities.image_id);
  const images = await Promise.all(ids.map(async (id) => (await server.list(`?id=${id}`))[0]));
  assert.deepEqual(
    images.map((image) => [
      image?.["virtual_env_type"],
      image?.["min_disk"],
      image?.["__os_type"],
      image?.["__description"],
      image?.["tags"],
    ]),
    [
      ["FusionCompute", 40, "Windows", "all of it", ["env=t"]],
      ["DataImage", 100, "Windows", "all of it", ["env=t"]],
      ["DataImage", 41, "Windows", "logs only", ["a=b"]],
    ],
  );
  assert.ok(disk.equals(await contentOf(server, ids[0])));
  assert.ok(otherDisk.equals(await contentOf(server, ids[1])));
});

test("R-313: data disks alone come in as a task of volumes, and their tags may stand at the top", async () => {
  await using server = await serverWithFiles();
  const shown = await ended(server, action, {
    data_images: [{ name: "d1", image_url: "files:other.raw", min_disk: 40, image_tags: null }],
    image_tags: [{ key: "env", value: "t" }],
  });
  assert.equal(shown.job_type, "imsVolumesToSysDataImagesJob");
  const [part] = shown.entities.sub_jobs_result ?? [];
  const [image] = await server.list(`?id=${part?.entities.image_id}`);
  assert.equal(image?.["name"], "d1");
  assert.deepEqual(image["tags"], ["env=t"]);
  assert.equal(
    refusalOf(await server.call("POST", action, { data_images: [{ image_url: "files:other.raw", min_disk: 40 }] })),
    "400 IMG.0013",
  );
});

test("R-215: the images of one task take their places together or not at all", async () => {
  await using server = await serverWithFiles({ limits: { images: { perProject: 2 } } });
  const before = await server.world.contents();
  const disks = (count: number) =>
    ["files:other.raw", "files:third.raw"].slice(0, count).map((name) => ({ image_url: name, min_disk: 40 }));
  const asked = { name: "n", image_url: "files:data.raw", min_disk: 40 };
  assert.equal(refusalOf(await server.call("POST", action, { ...asked, data_images: disks(2) })), "400 IMG.0015");
  assert.deepEqual(await server.world.contents(), before);
  assert.equal((await ended(server, action, { ...asked, data_images: disks(1) })).status, "SUCCESS");
  assert.equal((await server.list()).length, 2);
});

test("R-219: how many data disks one import may have is a setting", async () => {
  await using server = await serverWithFiles({ limits: { imports: { maxDataDisks: 1 } } });
  const one = { image_url: "files:other.raw", min_disk: 40 };
  assert.equal(refusalOf(await server.call("POST", action, { ...file, data_images: [one, one] })), "400 IMG.0194");
  assert.equal((await server.call("POST", action, { ...file, data_images: [one] })).statusCode, 200);
});

test("one broken disk of several fails all, and leaves none", async () => {
  await using server = await serverWithFiles();
  const broken = buildQcow2({ sizeBytes: 1 << 20, clusters: new Map([[0, { kind: "data", bytes: Buffer.alloc(65536, "x") }]]) });
  await server.world.addFile("demo", "files:broken.qcow2", broken.file.subarray(0, broken.l1Offset + 4));
  const before = await server.world.contents();
  const shown = await ended(server, action, { ...file, data_images: [{ image_url: "files:broken.qcow2", min_disk: 40 }] });
  assert.equal(shown.status, "FAIL");
  assert.equal(shown.error_code, "IMG.0057");
  assert.match(JSON.stringify(shown), /broken\.qcow2/);
  assert.ok((shown.entities.sub_jobs_result ?? []).every(({ status, entities }) => status === "FAIL" && !("image_id" in entities)));
  assert.deepEqual(await server.world.contents(), before);
});

async function vmdkOf(content: Buffer): Promise<Buffer> {
  await using source = await openRaw(new MemorySource(content));
  const plan = await convertDisk(source, { format: "vmdk", subformat: "streamOptimized", target: "stream" });
  return Buffer.concat(await Array.fromAsync(toStream(plan), (bytes) => Buffer.from(bytes)));
}

async function ovaOf(...disks: readonly Buffer[]): Promise<Buffer> {
  const files = await Promise.all(disks.map(vmdkOf));
  const members = files.map((content, index) => ({ name: `disk${index}.vmdk`, content }));
  return buildTar([{ name: "vm.ovf", content: buildOvf(members.map(({ name }) => ({ href: name }))) }, ...members]);
}

for (const [title, disks] of [
  ["one disk", [disk]],
  ["two disks", [disk, otherDisk]],
] as const) {
  test(`R-082: an OVA with ${title} becomes a system image, and a data image for each further disk`, async () => {
    await using server = await serverWithFiles();
    await server.world.addFile("demo", "files:vm.ova", await ovaOf(...disks));
    const shown = await ended(server, action, { ...file, name: "vm", image_url: "files:vm.ova" });
    assert.equal(shown.status, "SUCCESS");
    assert.equal(shown.job_type, "imsImportOvaImageJob");
    assert.ok(!("image_id" in shown.entities));
    const parts = shown.entities.sub_jobs_result ?? [];
    assert.equal(parts.length, disks.length);
    for (const [index, part] of parts.entries()) {
      assert.ok(disks[index]?.equals(await contentOf(server, part.entities.image_id)));
      const [image] = await server.list(`?id=${part.entities.image_id}`);
      assert.equal(image?.["virtual_env_type"], index === 0 ? "FusionCompute" : "DataImage");
      assert.equal(image["__data_origin"], "file,files:vm.ova");
    }
    assert.equal((await server.list()).length, disks.length);
  });
}

test("R-082, R-215: an OVA with more disks than one import may have, or than the quota has places for, leaves nothing", async () => {
  for (const [limits, code] of [
    [{ imports: { maxDataDisks: 1 } }, "IMG.0194"],
    [{ images: { perProject: 2 } }, "IMG.0015"],
  ] as const) {
    await using server = await serverWithFiles({ limits });
    await server.world.addFile("demo", "files:vm.ova", await ovaOf(disk, disk, disk));
    const before = await server.world.contents();
    const shown = await ended(server, action, { ...file, image_url: "files:vm.ova" });
    assert.equal(shown.error_code, code);
    assert.deepEqual(await server.world.contents(), before);
  }
});

test("an OVA whose second disk is cut off fails as a whole", async () => {
  await using server = await serverWithFiles();
  const ova = await ovaOf(disk, otherDisk);
  await server.world.addFile("demo", "files:vm.ova", ova.subarray(0, ova.length - 8192));
  const before = await server.world.contents();
  const shown = await ended(server, action, { ...file, image_url: "files:vm.ova" });
  assert.equal(shown.error_code, "IMG.0057");
  assert.deepEqual(await server.world.contents(), before);
});

test("an import of several disks that is cancelled before it ran leaves nothing, and the quota as it was", async () => {
  await using server = await serverWithFiles({ holdJobs: true });
  const before = await server.world.contents();
  const answer = await server.call("POST", action, { ...file, data_images: [{ image_url: "files:other.raw", min_disk: 40 }] });
  const { job_id: id } = answer.json<{ job_id: string }>();
  assert.equal((await server.list()).length, 2);
  await server.call("POST", `/api/v1/jobs/${id}/cancel`);
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).status, "cancelled");
  assert.deepEqual(await server.world.contents(), before);
  assert.equal(await server.world.catalog.images.count("demo" as never), 0);
});

const GiB = 1024 ** 3;

/** A disk of that size with so many MiB of data in front, in a file that is small all the same. */
function thinDisk(sizeBytes: number, dataMiB: number): Buffer {
  const blockBytes = 4 * 1024 * 1024;
  const blocks = new Map(Array.from({ length: (dataMiB * 1024 * 1024) / blockBytes }, (_, block) => [block, new Uint8Array()]));
  return buildZvhd2({ sizeBytes, blockBytes, blocks, payloads: new Map([...blocks.keys()].map((block) => [block, emptyBlock])) }).file;
}

const emptyBlock = zstdCompressSync(Buffer.alloc(4 * 1024 * 1024));

test("R-102: the data disk in a file has less than 2048 GiB", async () => {
  await using server = await serverWithFiles();
  for (const [gib, code] of [
    [2047, undefined],
    [2048, "IMG.0055"],
  ] as const) {
    await server.world.addFile("demo", `files:${gib}.zvhd2`, thinDisk(gib * GiB, 0));
    const shown = await ended(server, dataAction, { ...file, image_url: `files:${gib}.zvhd2`, min_disk: 2048 });
    assert.equal(shown.error_code ?? undefined, code, JSON.stringify(shown));
  }
});

test("R-102, R-219: a data disk holds less data than the setting says, by the map of its file", async () => {
  await using server = await serverWithFiles({ limits: { imports: { maxDataStoredGiB: 1, maxDataCapacityGiB: 3 } } });
  const outcome = async (sizeBytes: number, dataMiB: number) => {
    const place = `files:${sizeBytes}-${dataMiB}.zvhd2`;
    await server.world.addFile("demo", place, thinDisk(sizeBytes, dataMiB));
    return (await ended(server, dataAction, { ...file, image_url: place })).error_code;
  };
  assert.equal(await outcome(2 * GiB, 1024 - 4), null);
  assert.equal(await outcome(2 * GiB, 1024), "IMG.0055");
  assert.equal(await outcome(3 * GiB, 4), "IMG.0055", "another setting is the capacity");
  assert.equal(await outcome(3 * GiB - 512, 4), null);
});
