import assert from "node:assert/strict";
import { mkdtemp, rm, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ImageCapabilities } from "@tintype/contract/api/image-capabilities.ts";
import type { ListOsListsAnswer, OsListsReport } from "@tintype/contract/api/os-lists.ts";
import { folderOsListFiles } from "@tintype/server/adapters/os-list-files/folder-os-list-files.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { TransferWorld, sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

const path = "/api/v1/os-lists";
const disk = sampleDisk(1);

/** A server whose operator has a folder of lists. */
async function withFolder(work: (server: ImsServer, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tintype-os-lists-"));
  try {
    await using server = await ImsServer.on(await TransferWorld.open({ osListFiles: folderOsListFiles(folder) }));
    await work(server, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lists(server: ImsServer, query = "", caller: Caller = reader): Promise<ListOsListsAnswer> {
  const answer = await server.call("GET", `${path}${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<ListOsListsAnswer>();
}

async function osVersions(server: ImsServer, query = ""): Promise<readonly string[]> {
  const answer = await server.call("GET", `/v1/cloudimages/os_version${query}`);
  const platforms = answer.json<{ version_list: { os_version: string }[] }[]>();
  return platforms.flatMap(({ version_list: versions }) => versions.map(({ os_version: version }) => version));
}

async function reload(server: ImsServer, query = ""): Promise<OsListsReport> {
  const answer = await server.call("POST", `${path}/reload${query}`, undefined, administrator);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<OsListsReport>();
}

async function explained(server: ImsServer, image: ImageRecord, query = "", caller = demo): Promise<ImageCapabilities> {
  const answer = await server.call("GET", `/api/v1/images/${image.id}/capabilities${query}`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<ImageCapabilities>();
}

const notesOf = ({ notes }: ImageCapabilities): readonly string[] => notes.map(({ name }) => name);

const names = { title: "Names of our own", version: 1, date: "2026-01-31", source: "us", use: "systems" };
const haiku = { family: "Haiku", platform: "Haiku", osType: "Other", bits: 64, versions: ["R1"] };
const haikuFiles = { ...names, use: "files", architecture: "x86", systems: [{ family: "Haiku", versions: ["R1"] }] };

test("R-221…R-231, R-236: everybody can look up the lists, with version, date, systems, widths and kernels", async () => {
  await using server = await ImsServer.open();
  const { lists: all, nextCursor } = await lists(server);
  assert.equal(nextCursor, undefined);
  const found = ["arm-files", ...[1, 2, 3, 4, 5].map((number) => `flavors-6-${number}`), "systems", "uefi", "x86-files"];
  assert.deepEqual(
    all.map(({ name }) => name),
    found,
  );
  for (const { version, date, title, source, isShipped, systems } of all) {
    assert.ok(version >= 1 && /^\d{4}-\d\d-\d\d$/.test(date) && title !== "" && source !== "" && isShipped && systems.length > 0);
  }
  const second = all[2];
  assert.equal(second?.architecture, "x86");
  assert.deepEqual(second?.flavorFamilies, ["c3ne", "c6", "c6s", "m3ne"]);
  const centos = second?.systems.find(({ os }) => os === "CentOS");
  assert.deepEqual(centos?.versions, ["6.*", "7.*", "8.*"]);
  assert.ok(centos?.kernels?.includes("3.10.0-957.10.1.el7"));
  assert.equal(all.find(({ name }) => name === "uefi")?.systems.find(({ os }) => os === "Ubuntu")?.bits, 64);
});

test("the lists come page by page, by use, and by flavor", async () => {
  await using server = await ImsServer.open();
  const met: string[] = [];
  for (let cursor: string | undefined, isMore = true; isMore; isMore = cursor !== undefined) {
    const page = await lists(server, `?limit=4${cursor === undefined ? "" : `&cursor=${cursor}`}`);
    assert.ok(page.lists.length <= 4);
    met.push(...page.lists.map(({ name }) => name));
    cursor = page.nextCursor;
  }
  assert.equal(met.length, 9);
  assert.equal((await lists(server, "?limit=9")).nextCursor, undefined);
  const ofUse = async (query: string): Promise<readonly string[]> => (await lists(server, query)).lists.map(({ name }) => name);
  assert.deepEqual(await ofUse("?use=files"), ["arm-files", "x86-files"]);
  assert.deepEqual(await ofUse("?use=endOfLife"), []);
  assert.deepEqual(await ofUse("?flavor=KC1.large.2"), ["flavors-6-5"]);
  assert.deepEqual(await ofUse("?flavor=g6"), []);
  assert.deepEqual(await ofUse("?flavor=s6&use=files"), []);
});

test("a query of another kind is refused as a problem", async () => {
  await using server = await ImsServer.open();
  for (const query of ["limit=0", "limit=1001", "limit=x", "use=all", "flavor=", "flavor=../x", "cursor=abc"]) {
    const answer = await server.call("GET", `${path}?${query}`);
    assert.equal(answer.statusCode, 400, query);
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
  }
  assert.equal(refusalOf(await server.call("GET", `${path}?cursor=b3MtbGlzdDouLi9Y`)), "400 api.badCursor");
});

test("who may list images may look the lists up, others may not; only operators have them read again", async () => {
  await using server = await ImsServer.open();
  assert.equal(refusalOf(await server.call("GET", path, undefined, { project: "demo", roles: [] })), "403 IMG.0026");
  for (const caller of [demo, reader, alt]) {
    assert.equal(refusalOf(await server.call("POST", `${path}/reload`, undefined, caller)), "403 api.operatorsOnly");
  }
});

test("R-236: a list that is replaced while the service runs changes what both interfaces answer, at once and for all", async () => {
  await withFolder(async (server, folder) => {
    await server.world.addFile("demo", "files:disk.raw", disk);
    const file = { name: "n", image_url: "files:disk.raw", min_disk: 40, os_version: "Haiku R1 64bit" };
    assert.ok(!(await osVersions(server)).includes("Haiku R1 64bit"));
    const before = await server.importFile(file);
    await writeFile(join(folder, "own.json"), JSON.stringify({ ...names, systems: [haiku] }));
    await writeFile(join(folder, "own-files.json"), JSON.stringify(haikuFiles));
    assert.ok(!(await osVersions(server)).includes("Haiku R1 64bit"), "nothing happens by itself");

    const trial = await reload(server, "?isTrial=true");
    assert.deepEqual(
      trial.changes.filter(({ change }) => change === "added").map(({ name }) => name),
      ["own", "own-files"],
    );
    assert.ok(!(await osVersions(server)).includes("Haiku R1 64bit"), "a trial changes nothing");

    await reload(server);
    assert.ok((await osVersions(server)).includes("Haiku R1 64bit"));
    assert.ok((await osVersions(server, "?tag=x86&tag=kvm")).includes("Haiku R1 64bit"));
    assert.ok(!(await osVersions(server, "?tag=uefi")).includes("Haiku R1 64bit"));
    const own = (await lists(server)).lists.find(({ name }) => name === "own");
    assert.deepEqual([own?.version, own?.date, own?.isShipped], [1, "2026-01-31", false]);
    const after = await server.importFile(file);
    const named = async (id: string | undefined): Promise<unknown> => (await server.list(`?id=${id}`))[0]?.["__os_version"];
    assert.deepEqual([await named(before.subjectId), await named(after.subjectId)], ["Other_Linux (64_bit)", "Haiku R1 64bit"]);

    await unlink(join(folder, "own.json"));
    await unlink(join(folder, "own-files.json"));
    await reload(server);
    assert.ok(!(await osVersions(server)).includes("Haiku R1 64bit"));
    assert.equal(await named(after.subjectId), "Haiku R1 64bit", "images keep what they were called");
  });
});

test("R-236: a broken file is refused with the reason, and the lists stay as they were; a lower version is taken with a warning", async () => {
  await withFolder(async (server, folder) => {
    const known = await osVersions(server);
    await writeFile(join(folder, "own.json"), JSON.stringify({ ...names, systems: [haiku] }));
    await writeFile(join(folder, "uefi.json"), '{"use": "uefi", "version": 0}');
    const answer = await server.call("POST", `${path}/reload`, undefined, administrator);
    assert.equal(refusalOf(answer), "409 api.osListsRefused");
    assert.match(answer.body, /uefi: .*\/version must be >= 1/);
    assert.deepEqual(await osVersions(server), known);
    assert.equal((await lists(server)).lists.length, 9);

    const uefi = (version: number): string => JSON.stringify({ ...names, version, use: "uefi", systems: [] });
    await writeFile(join(folder, "uefi.json"), uefi(5));
    assert.deepEqual((await reload(server)).warnings, []);
    await writeFile(join(folder, "uefi.json"), uefi(4));
    assert.match((await reload(server)).warnings.join(), /version 4 takes the place of version 5/);
    assert.equal((await lists(server)).lists.find(({ name }) => name === "uefi")?.version, 4);
  });
});

test("R-236: when the folder is gone the lists stay as they were", async () => {
  await withFolder(async (server, folder) => {
    await writeFile(join(folder, "own.json"), JSON.stringify({ ...names, systems: [haiku] }));
    await reload(server);
    await rm(folder, { recursive: true });
    const answer = await server.call("POST", `${path}/reload`, undefined, administrator);
    assert.equal(refusalOf(answer), "409 api.osListsRefused");
    assert.match(answer.body, /it is not there/);
    assert.equal((await lists(server)).lists.length, 10);
  });
});

test("R-068, R-232, R-233, R-234: what the lists say of the system of an image is told with its capabilities, and stops nothing", async () => {
  await using server = await ImsServer.open();
  const told: readonly (readonly [Partial<ImageRecord>, readonly string[]])[] = [
    [{ osVersion: "CentOS 7.6 64bit", platform: "CentOS" }, []],
    [{ osVersion: "Other_Linux (64_bit)", platform: "Other" }, ["osNotListed"]],
    [{ osVersion: "CentOS 7.3 64bit", firmware: "uefi" }, ["osNotForUefi"]],
    [{ osVersion: "CentOS 7.9 64bit", architecture: "arm", firmware: "uefi" }, ["osNotForArm"]],
    [{ osVersion: "UOS 20 64bit" }, ["osNotForX86"]],
    [{ osVersion: "UOS 20 64bit", kind: "data" }, []],
  ];
  for (const [fields, notes] of told) {
    const answer = await explained(server, await server.world.addImage("demo", disk, fields));
    assert.deepEqual(notesOf(answer), notes, JSON.stringify(fields));
    assert.equal(answer.flavor, undefined);
    assert.equal(answer.capabilities.find(({ operation }) => operation === "copy")?.allowed, true);
  }
  const image = await server.world.addImage("demo", disk, { osVersion: "UOS 20 64bit" });
  assert.match((await explained(server, image)).notes[0]?.sentence ?? "", /^UOS 20 64bit is in the list for ARM machines alone\./);
  assert.match((await explained(server, image, "?language=zh")).notes[0]?.sentence ?? "", /ARM 架构.*。$/);
});

test("R-226, R-228: with a flavor it is told whether its list has the system and the kernel", async () => {
  await using server = await ImsServer.open();
  const image = await server.world.addImage("demo", disk, { osVersion: "CentOS 7.6 64bit" });
  const told = async (query: string): Promise<readonly string[]> => notesOf(await explained(server, image, query));
  assert.deepEqual(await told("?flavor=s6.large.2"), []);
  assert.deepEqual(await told("?flavor=c6.large.2&kernel=3.10.0-957.5.1.el7.x86_64"), []);
  assert.deepEqual(await told("?flavor=c6.large.2&kernel=3.10.0-1.el7.x86_64"), ["kernelNotForFlavor"]);
  assert.deepEqual(await told("?flavor=g6.large.2"), ["flavorWithoutList"]);
  const newer = await server.world.addImage("demo", disk, { osVersion: "Ubuntu 22.04 server 64bit" });
  const { notes, flavor } = await explained(server, newer, "?flavor=S6.large.2");
  assert.deepEqual(flavor, { name: "S6.large.2", allowed: true, reasons: [] });
  assert.match(notes[0]?.sentence ?? "", /flavors-6-1, version 1 of 2020-08-18/);
  for (const query of ["?flavor=", "?flavor=a%20b", `?flavor=${"x".repeat(100)}`, "?flavor=s6&kernel=%3Cb%3E"]) {
    const answer = await server.call("GET", `/api/v1/images/${image.id}/capabilities${query}`);
    assert.equal(answer.statusCode, 400, query);
  }
});

test("a flavor of another architecture than the image's does not fit, with the reason and the remedy", async () => {
  await using server = await ImsServer.open();
  const image = await server.world.addImage("demo", disk, { osVersion: "CentOS 7.6 64bit" });
  const { flavor } = await explained(server, image, "?flavor=kc1.large.2");
  assert.equal(flavor?.allowed, false);
  assert.equal(flavor.reasons[0]?.code, "api.flavorArchitecture");
  assert.equal(flavor.reasons[0].sentence, "The image is for x86 machines, and kc1.large.2 is a flavor of Kunpeng (ARM) machines.");
  const arm = await server.world.addImage("demo", disk, { osVersion: "CentOS 7.6 64bit", architecture: "arm" });
  assert.equal((await explained(server, arm, "?flavor=kc1.large.2")).flavor?.allowed, true);
  assert.equal((await explained(server, arm, "?flavor=s6.large.2")).flavor?.allowed, false);
  const data = await server.world.addImage("demo", disk, { kind: "data" });
  assert.equal((await explained(server, data, "?flavor=kc1.large.2")).flavor?.allowed, true);
});

test("R-081: support of a system ends after the day that a list names, which is told with its images and their imports", async () => {
  await withFolder(async (server, folder) => {
    const [today, yesterday] = ["2026-01-02", "2026-01-01"];
    const ends = (until: string): string =>
      JSON.stringify({ ...names, use: "endOfLife", systems: [{ family: "EulerOS", versions: ["2.1"], until }] });
    const image = await server.world.addImage("demo", disk, { osVersion: "EulerOS 2.1 64bit", osBit: "64" });
    assert.deepEqual(notesOf(await explained(server, image)), []);
    await writeFile(join(folder, "ends.json"), ends(today));
    await reload(server);
    assert.deepEqual(notesOf(await explained(server, image)), [], "the last day counts");
    await writeFile(join(folder, "ends.json"), ends(yesterday));
    await reload(server);
    const { notes } = await explained(server, image);
    assert.match(notes[0]?.sentence ?? "", /until 2026-01-01/);
    assert.equal((await lists(server, "?use=endOfLife")).lists[0]?.systems[0]?.endOfLife, yesterday);
    await server.world.addFile("demo", "files:disk.raw", disk);
    const job = await server.importFile({ name: "n", image_url: "files:disk.raw", min_disk: 40, os_version: "EulerOS 2.1 64bit" });
    assert.equal(job.status, "succeeded");
    const shown = (await server.call("GET", `/v1/demo/jobs/${job.id}`)).json<{ entities: { warnings: string[] } }>();
    assert.match(shown.entities.warnings.join(), /until 2026-01-01/);
  });
});
