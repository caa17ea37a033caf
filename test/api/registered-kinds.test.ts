import assert from "node:assert/strict";
import { test } from "node:test";
import { buildIso } from "@tintype/disk/iso/testing/build-iso.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, reader, refusalOf } from "./ims-server.ts";

const action = "/v2/cloudimages/action";
const disk = sampleDisk(1);
const file = { name: "n", image_url: "files:disk.raw", min_disk: 40 };
const iso = { name: "disc", image_url: "files:dir.d/centos-7_9.iso", min_disk: 40, os_version: "CentOS 7.9 64bit", type: "IsoImage" };

async function serverWithFiles(options?: Parameters<typeof ImsServer.open>[0]): Promise<ImsServer> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:disk.raw", disk);
  await server.world.addFile("demo", "files:dir.d/centos-7_9.iso", buildIso({ volumeId: "CentOS 7" }));
  return server;
}

test("R-015, R-096: an ISO file is registered as an ISO image, bit for bit", async () => {
  await using server = await serverWithFiles();
  const job = await server.importFile(iso);
  assert.equal(job.status, "succeeded", job.error?.message ?? "");
  const [image] = await server.list(`?id=${job.subjectId}`);
  assert.equal(image?.["virtual_env_type"], "IsoImage");
  assert.equal(image["disk_format"], "iso");
  assert.equal(image["__os_version"], "CentOS 7.9 64bit");
  assert.equal(image["__platform"], "CentOS");
  const record = await server.world.catalog.images.get(job.subjectId as never);
  assert.ok(record?.disks[0]);
  assert.ok(buildIso({ volumeId: "CentOS 7" }).equals(await server.world.readBlob(record.disks[0].blobId)));
});

/** Each kind that a file can become: where it is asked for, and with what. */
const kinds = [
  ["FusionCompute", action, { ...file, type: "ECS", os_version: "Ubuntu 20.04 server 64bit" }, disk],
  ["Ironic", action, { ...file, type: "BMS", os_version: "Ubuntu 20.04 server 64bit" }, disk],
  ["DataImage", "/v1/cloudimages/dataimages/action", { ...file, os_type: "Linux" }, disk],
  ["IsoImage", action, iso, buildIso({ volumeId: "CentOS 7" })],
] as const;

for (const [kind, path, body, content] of kinds) {
  test(`R-001: an image of the kind ${kind} tells its system, disk and source, and a disk from it has the same bytes`, async () => {
    await using server = await serverWithFiles();
    const started = await server.call("POST", path, body);
    const { job_id: id } = started.json<{ job_id: string }>();
    assert.equal((await server.jobs.wait(id)).status, "succeeded");
    const [image] = await server.list();
    assert.ok(image);
    assert.equal(image["virtual_env_type"], kind);
    assert.equal(image["__os_type"], "Linux");
    assert.equal(image["__os_bit"], "64");
    assert.equal(image["min_disk"], 40);
    assert.equal(image["__data_origin"], `file,${body.image_url}`);
    if ("os_version" in body) {
      assert.equal(String(image["__os_version"]).toLowerCase(), body.os_version.toLowerCase());
    }
    const read = await server.call("GET", `/api/v1/images/${String(image["id"])}/content`);
    assert.ok(read.rawPayload.equals(content));
  });
}

test("R-094: an ISO image can neither be copied nor exported", async () => {
  await using server = await serverWithFiles();
  const { subjectId: id } = await server.importFile(iso);
  assert.equal(refusalOf(await server.call("POST", `/v1/cloudimages/${id}/copy`, { name: "c" })), "400 IMG.0167");
  const target = { bucket_url: "files:out.qcow2", file_format: "qcow2" };
  assert.equal(refusalOf(await server.call("POST", `/v1/cloudimages/${id}/file`, target)), "400 IMG.0167");
});

test("R-093: a disk is no ISO image and a disc is no disk: each is told the other way", async () => {
  await using server = await serverWithFiles();
  const before = await server.world.contents();
  await server.world.addFile("demo", "files:disk.iso", disk);
  const asDisc = await server.importFile({ ...iso, image_url: "files:disk.iso" });
  assert.equal(asDisc.error?.code, "IMG.0057");
  assert.match(asDisc.error.message, /without the type IsoImage/);
  const asDisk = await server.importFile({ ...file, image_url: iso.image_url });
  assert.equal(asDisk.error?.code, "IMG.0057");
  assert.match(asDisk.error.message, /with the type IsoImage/);
  assert.deepEqual((await server.world.contents()).length, before.length + 2);
});

test("R-014, R-084: an image for bare-metal machines says so", async () => {
  await using server = await serverWithFiles();
  for (const type of ["BMS", "Ironic"]) {
    const job = await server.importFile({ ...file, type });
    const [image] = await server.list(`?id=${job.subjectId}`);
    assert.equal(image?.["virtual_env_type"], "Ironic");
  }
  const job = await server.importFile({ ...file, type: "FusionCompute" });
  const [image] = await server.list(`?id=${job.subjectId}`);
  assert.equal(image?.["virtual_env_type"], "FusionCompute");
});

test("R-017, R-069: configuration that was asked for is noted as not done, and leaves every byte alone", async () => {
  await using server = await serverWithFiles();
  for (const asked of [{ is_config: true }, { is_config_init: true }]) {
    const { subjectId } = await server.importFile({ ...file, ...asked });
    const [image] = await server.list(`?id=${subjectId}`);
    assert.equal(image?.["__is_config_init"], "false");
    const record = await server.world.catalog.images.get(subjectId as never);
    assert.ok(record?.disks[0]);
    assert.ok(disk.equals(await server.world.readBlob(record.disks[0].blobId)));
  }
  const { subjectId } = await server.importFile({ ...file, is_config: false });
  const [image] = await server.list(`?id=${subjectId}`);
  assert.ok(!("__is_config_init" in (image ?? {})));
});

test("R-078, R-213: the architecture that a file is registered with stays with its image", async () => {
  await using server = await serverWithFiles();
  const { subjectId: arm } = await server.importFile({ ...file, architecture: "arm", os_version: "CentOS 7.6 64bit" });
  const { subjectId: x86 } = await server.importFile(file);
  assert.equal((await server.world.catalog.images.get(arm as never))?.architecture, "arm");
  assert.equal((await server.world.catalog.images.get(x86 as never))?.architecture, "x86");
});

test("R-232, R-233, R-234: every system of the lists is taken for what it runs on, and for others with a warning", async () => {
  await using server = await serverWithFiles({
    limits: { images: { perProject: 1000 }, jobs: { concurrentPerProject: 1000 } },
    holdJobs: true,
  });
  for (const { osVersion, uses } of server.world.osLists.current.byName.values()) {
    const architecture = uses.has("arm") && !uses.has("x86") ? "arm" : "x86";
    const answer = await server.call("POST", action, { ...file, os_version: osVersion, architecture });
    assert.equal(answer.statusCode, 200, `${osVersion}: ${answer.body}`);
    const job = await server.world.catalog.jobs.get(answer.json<{ job_id: string }>().job_id);
    const image = await server.world.catalog.images.get(job?.subjectId as never);
    assert.equal(image?.osVersion, osVersion);
  }
});

const warned: readonly [title: string, body: object, warning: RegExp | undefined][] = [
  [
    "R-068: a system outside the list",
    { os_version: "Plan 9 64bit" },
    /"Plan 9 64bit" is not in the list .* goes by Other_Linux \(64_bit\)/,
  ],
  [
    "R-068: a system that machines run and that is in no list for files",
    { os_version: "Ubuntu 12.04 server 64bit" },
    /Ubuntu 12\.04 server 64bit is not in the lists of systems that image files may hold/,
  ],
  ["R-234: UEFI for a system that is not in its list", { os_version: "CentOS 7.3 64bit", hw_firmware_type: "uefi" }, /boot with UEFI/],
  ["R-234, R-235: UEFI for a system of its list", { os_version: "CentOS 7.4 64bit", hw_firmware_type: "uefi" }, undefined],
  ["R-233: ARM for a system of x86 machines", { os_version: "CentOS 7.9 64bit", architecture: "arm" }, /list of systems for ARM/],
  ["R-233: ARM for a system of its list", { os_version: "CentOS 7.6 64bit", architecture: "arm" }, undefined],
  ["R-232: x86 for a system of ARM machines", { os_version: "UOS 20 64bit" }, /for ARM machines alone/],
  ["R-070: a disk under 40 GiB", { min_disk: 39 }, /39 GiB; 40 or more is advised/],
  ["R-066: a system that was not told", {}, undefined],
];

for (const [title, body, warning] of warned) {
  test(`${title} comes in ${warning ? "with a warning in the task" : "without a warning"}`, async () => {
    await using server = await serverWithFiles();
    const job = await server.importFile({ ...file, ...body });
    assert.equal(job.status, "succeeded");
    const shown = (await server.call("GET", `/v1/demo/jobs/${job.id}`)).json<{ entities: { warnings?: string[] } }>();
    const { warnings = [] } = shown.entities;
    assert.equal(warnings.length, warning ? 1 : 0, warnings.join("; "));
    assert.match(warnings[0] ?? "", warning ?? /^$/);
  });
}

const whole: readonly [title: string, code: string, body: object][] = [
  ["no source", "IMG.0012", {}],
  ["a kind of backup, and no backup", "IMG.0019", { whole_image_type: "CBR" }],
  ["a server and a backup", "IMG.0001", { instance_id: "s", backup_id: "b", vault_id: "v" }],
  ["a server without a vault", "IMG.0184", { instance_id: "s" }],
  ["a server that does not exist", "IMG.0005", { instance_id: "s", vault_id: "v" }],
  ["a backup that does not exist", "IMG.0020", { backup_id: "b", whole_image_type: "CBR" }],
  ["a backup of the old kind", "IMG.0190", { backup_id: "b", whole_image_type: "CSBS" }],
  ["a kind of backup that does not exist", "IMG.0198", { backup_id: "b", whole_image_type: "TAPE" }],
  ["no name", "IMG.0013", { name: "", backup_id: "b" }],
  ["a bad tag", "IMG.0115", { backup_id: "b", tags: ["a b.c"] }],
  ["a memory that is a text", "IMG.0055", { backup_id: "b", min_ram: "much" }],
];

for (const [title, code, body] of whole) {
  test(`an image of a whole machine from ${title} is refused with ${code}`, async () => {
    await using server = await serverWithFiles();
    const answer = await server.call("POST", "/v1/cloudimages/wholeimages/action", { name: "n", ...body });
    assert.equal(refusalOf(answer), `400 ${code}`, answer.body);
    assert.doesNotMatch(answer.body, /\{\w+\}|undefined/);
  });
}

test("a reader may not ask for an image of a whole machine", async () => {
  await using server = await serverWithFiles();
  const body = { name: "n", backup_id: "b" };
  assert.equal(refusalOf(await server.call("POST", "/v1/cloudimages/wholeimages/action", body, reader)), "403 IMG.0026");
});
