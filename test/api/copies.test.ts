import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { imageOfBlobRecord } from "@tintype/server/images/image-blob-record.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import { principalOf, sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, administrator, alt, demo, reader, refusalOf } from "./ims-server.ts";
import { storedPacks } from "./stored-packs.ts";

const disk = sampleDisk(2);
const GiB = 1024 ** 3;

interface Fixture {
  readonly server: ImsServer;
  readonly image: ImageRecord;
  readonly path: string;
}

/** A server with an image of the project `demo`, and the address that copies it. */
async function serverWithImage(fields: Partial<ImageRecord> = {}, options?: Parameters<typeof ImsServer.open>[0]): Promise<Fixture> {
  const server = await ImsServer.open(options);
  const image = await server.world.addImage("demo", disk, { name: "web-1", ...fields });
  return { server, image, path: copyPath(image) };
}

function copyPath(image: ImageRecord): string {
  return `/v1/cloudimages/${image.id}/copy`;
}

/** Makes a key of the project `demo`. */
async function addKey(server: ImsServer, alias: string): Promise<string> {
  const key = { projectId: demo.project as ProjectId, alias, description: "", enterpriseProjectId: "0", isDefault: false };
  return (await server.world.keys.createKey(key, { mostInProject: 10 })).id;
}

async function copyOf(server: ImsServer, path: string, body: object): Promise<ImageRecord> {
  const answer = await server.call("POST", path, body);
  assert.equal(answer.statusCode, 200, answer.body);
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  const shown = await server.call("GET", `/v1/demo/jobs/${job.id}`);
  const copy = await server.world.catalog.images.get(shown.json<{ entities: { image_id: never } }>().entities.image_id);
  assert.ok(copy);
  return copy;
}

function contentHash(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

async function hashOf(server: ImsServer, { disks: [stored] }: ImageRecord): Promise<string> {
  assert.ok(stored);
  return contentHash(await server.world.readBlob(stored.blobId));
}

test("R-183: a copy is a task that ends as SUCCESS and names the new image", async () => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  const answer = await server.call("POST", path, { name: "web-2", description: "the second" });
  assert.equal(answer.statusCode, 200);
  const { job_id: id } = answer.json<{ job_id: string }>();
  assert.match(id, /^[0-9a-f]{32}$/);
  await server.jobs.wait(id);
  const shown = (await server.call("GET", `/v1/demo/jobs/${id}`)).json<Record<string, Record<string, unknown>>>();
  assert.equal(shown["status"], "SUCCESS");
  assert.equal(shown["job_type"], "imsCopyImageInRegionJob");
  assert.equal(shown["entities"]?.["image_name"], "web-2");
  assert.equal(shown["entities"]["process_percent"], 1);
  const newId = shown["entities"]["image_id"];
  assert.notEqual(newId, image.id);
  const [copy] = await server.list(`?id=${String(newId)}`);
  assert.equal(copy?.["name"], "web-2");
  assert.equal(copy["__description"], "the second");
  assert.equal(copy["status"], "active");
  assert.equal(copy["__originalimagename"], image.id);
  assert.equal(copy["__image_size"], String(disk.length));
});

test("R-183: the newer path does the same, and a failure is told as FAIL without an image", async () => {
  const { server, image } = await serverWithImage();
  await using _ = server;
  await copyOf(server, `/v2.1/cloudimages/${image.id}/copy`, { name: "n" });
  await server.world.store.remove(image.disks[0]?.blobId ?? ("" as never));
  const answer = await server.call("POST", `/v2.1/cloudimages/${image.id}/copy`, { name: "n" });
  const job = await server.jobs.wait(answer.json<{ job_id: string }>().job_id);
  const shown = (await server.call("GET", `/v1/demo/jobs/${job.id}`)).json<{ status: string; error_code: string; entities: object }>();
  assert.equal(shown.status, "FAIL");
  assert.equal(shown.error_code, "IMG.0061");
  assert.ok(!("image_id" in shown.entities));
  assert.equal((await server.list()).length, 2);
});

test("R-184: a copy without a name is called copy_ and the original's name, and has no description", async () => {
  const { server, path } = await serverWithImage({ description: "the first" });
  await using _ = server;
  const copy = await copyOf(server, path, {});
  assert.equal(copy.name, "copy_web-1");
  assert.equal(copy.description, "");
});

test("a copy is what the original is, apart from what is the original's own", async () => {
  const { server, image, path } = await serverWithImage({ protected: true, tags: ["a=b"], properties: { colour: "blue" }, minRamMiB: 7 });
  await using _ = server;
  const project = { id: "7", name: "p", description: "", kind: "prod", enabled: true, createdAt: 0, updatedAt: 0 } as const;
  await server.world.catalog.enterpriseProjects.insert({ ...project, domainId: principalOf("demo").domainId });
  const copy = await copyOf(server, path, { enterprise_project_id: "7" });
  const { id, name, disks, origin, createdAt, updatedAt, activeAt } = image;
  const facts = { ...image, protected: false, tags: [], enterpriseProjectId: "7" };
  assert.deepEqual({ ...copy, id, name, disks, origin, createdAt, updatedAt, activeAt }, facts);
  assert.notEqual(copy.id, id);
  assert.notEqual(copy.disks[0]?.blobId, disks[0]?.blobId);
  assert.equal(copy.origin, `image,${id}`);
});

test("the manifest of a copy tells the copy, so that it can be found again without a catalog", async () => {
  const { server, path } = await serverWithImage({ tags: ["a=b"], properties: { colour: "blue" } });
  await using _ = server;
  const copy = await copyOf(server, path, { name: "web-2" });
  const [stored] = copy.disks;
  assert.ok(stored);
  await using blob = await server.world.store.open(stored.blobId);
  const found = imageOfBlobRecord(blob.record, stored, ["main"]);
  assert.deepEqual(found, { ...copy, updatedAt: found?.updatedAt, activeAt: found?.activeAt });
});

test("R-147: a copy with the same key, or to another one, moves no stored byte, and outlives its original", async () => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  const plain = await storedPacks(server);
  assert.ok(plain.size > 0);
  const copy = await copyOf(server, path, {});
  assert.deepEqual(await storedPacks(server), plain);
  const encrypted = await copyOf(server, path, { __system__encrypted: "1" });
  const sealed = await storedPacks(server);
  assert.ok(sealed.size > plain.size);
  const rewrapped = await copyOf(server, copyPath(encrypted), { cmk_id: await addKey(server, "second") });
  assert.deepEqual(await storedPacks(server), sealed);
  for (const { id } of [image, encrypted]) {
    assert.equal((await server.call("DELETE", `/v2/images/${id}`)).statusCode, 204);
  }
  for (const left of [copy, rewrapped]) {
    assert.equal(await hashOf(server, left), contentHash(disk));
  }
});

test("R-166, R-168: the key of an image is changed by copying it to another key, and the content stays", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const [first, second] = [await addKey(server, "first"), await addKey(server, "second")];
  const encrypted = await copyOf(server, path, { cmk_id: first });
  const copy = await copyOf(server, copyPath(encrypted), { cmk_id: second });
  assert.deepEqual(copy.encryption, { keyId: second });
  assert.equal(await hashOf(server, copy), contentHash(disk));
  // It needs its own key alone now.
  await server.world.keys.disable(first as never);
  assert.equal(await hashOf(server, copy), contentHash(disk));
  await server.world.keys.disable(second as never);
  await assert.rejects(hashOf(server, copy));
});

test("R-168: a copy encrypts and another one decrypts, with the same content", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const key = await addKey(server, "mine");
  const encrypted = await copyOf(server, path, { cmk_id: key });
  assert.deepEqual(encrypted.encryption, { keyId: key });
  assert.equal(await hashOf(server, encrypted), contentHash(disk));
  const plain = await copyOf(server, copyPath(encrypted), { name: "plain again" });
  assert.equal(plain.encryption, undefined);
  assert.equal(await hashOf(server, plain), contentHash(disk));
  await server.world.keys.disable(key as never);
  assert.equal(await hashOf(server, plain), contentHash(disk));
});

test("R-169: a copy that shall be encrypted with no key gets the default key, which is made on demand", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  assert.deepEqual(await server.world.keys.listKeys(demo.project as ProjectId), []);
  const copy = await copyOf(server, path, { __system__encrypted: "1" });
  const [key, ...others] = await server.world.keys.listKeys(demo.project as ProjectId);
  assert.deepEqual(others, []);
  assert.equal(key?.alias, "ims/default");
  assert.deepEqual(copy.encryption, { keyId: key.id });
});

test("R-173: the copy of an image of an old form can be loaded lazily, and says so", async () => {
  for (const diskFormat of ["zvhd", "vhd", "qcow2", "raw"]) {
    const { server, image, path } = await serverWithImage({ diskFormat });
    await using _ = server;
    const [before] = await server.list(`?id=${image.id}`);
    assert.equal(before?.["__lazyloading"], "false");
    const copy = await copyOf(server, path, {});
    const [after] = await server.list(`?id=${copy.id}`);
    assert.equal(after?.["disk_format"], "zvhd2");
    assert.equal(after["__lazyloading"], "true");
  }
});

/** Pretends that the image's disk is so large. */
function withSize(sizeBytes: number): Partial<ImageRecord> {
  return { disks: [{ blobId: "0".repeat(32) as never, virtualSizeBytes: sizeBytes, dataBytes: 1 }] };
}

test("R-177: 128 GiB can be copied, one byte more cannot, and the operator may change the limit", async () => {
  const { server, path } = await serverWithImage(withSize(128 * GiB), { holdJobs: true });
  await using _ = server;
  assert.equal((await server.call("POST", path, {})).statusCode, 200);
  const larger = await server.world.addImage("demo", disk, withSize(128 * GiB + 1));
  assert.equal(refusalOf(await server.call("POST", copyPath(larger), {})), "400 IMG.0146");
  const raised = await serverWithImage(withSize(129 * GiB), {
    holdJobs: true,
    limits: { copies: { maxDiskGiB: 129, concurrentPerProject: 5 } },
  });
  await using __ = raised.server;
  assert.equal((await raised.server.call("POST", raised.path, {})).statusCode, 200);
});

test("R-178: of six copies at once five begin, and another project's do not count", async () => {
  const { server } = await serverWithImage({}, { holdJobs: true });
  await using _ = server;
  const images = await Promise.all(Array.from({ length: 6 }, () => server.world.addImage("demo", disk)));
  const answers = await Promise.all(images.map((image) => server.call("POST", copyPath(image), {})));
  const outcomes = answers.map((answer) => (answer.statusCode === 200 ? "200" : refusalOf(answer))).toSorted();
  assert.deepEqual(outcomes, ["200", "200", "200", "200", "200", "409 IMG.0149"]);
  const theirs = await server.world.addImage("alt", disk);
  assert.equal((await server.call("POST", copyPath(theirs), {}, alt)).statusCode, 200);
  const [first] = answers;
  server.jobs.dispatch(first?.json<{ job_id: string }>().job_id ?? "");
  await server.jobs.wait(first?.json<{ job_id: string }>().job_id ?? "");
  const left = images.at(answers.findIndex(({ statusCode }) => statusCode !== 200));
  assert.ok(left);
  assert.equal((await server.call("POST", copyPath(left), {})).statusCode, 200);
});

test("R-179: an image is copied by one task at a time, and is not deleted meanwhile", async () => {
  const { server, image, path } = await serverWithImage({}, { holdJobs: true });
  await using _ = server;
  const answers = await Promise.all([1, 2].map(() => server.call("POST", path, {})));
  assert.deepEqual(new Set(answers.map(({ statusCode }) => statusCode)), new Set([200, 409]));
  assert.equal(refusalOf(await server.call("POST", path, {}, administrator)), "409 IMG.0149");
  assert.equal(refusalOf(await server.call("DELETE", `/v2/images/${image.id}`)), "409 IMG.0149");
  const id = answers.find(({ statusCode }) => statusCode === 200)?.json<{ job_id: string }>().job_id ?? "";
  server.jobs.dispatch(id);
  await server.jobs.wait(id);
  assert.equal((await server.call("POST", path, {})).statusCode, 200);
});

for (const status of ["queued", "saving", "killed"] as const) {
  test(`R-180: an image that is ${status} is not copied`, async () => {
    const { server, path } = await serverWithImage({ status });
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, {})), "400 IMG.0046");
  });
}

test("R-171, R-181: whole machines and ISO images are not copied, also not to encrypt them", async () => {
  for (const [kind, refused] of [
    ["whole", "400 IMG.0130"],
    ["iso", "400 IMG.0167"],
  ] as const) {
    const { server, path } = await serverWithImage({ kind });
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, {})), refused);
    assert.equal(refusalOf(await server.call("POST", path, { __system__encrypted: "1" })), refused);
    assert.deepEqual(await server.world.keys.listKeys(demo.project as ProjectId), []);
  }
});

test("a copy to the key that the image has is refused with IMG.0096", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const copy = await copyOf(server, path, { __system__encrypted: "1" });
  const keyId = copy.encryption?.keyId;
  assert.equal(refusalOf(await server.call("POST", copyPath(copy), { cmk_id: keyId })), "400 IMG.0096");
  assert.equal(refusalOf(await server.call("POST", copyPath(copy), { __system__encrypted: "1" })), "400 IMG.0096");
});

test("keys of copies are refused by what is wrong with them: the new one's and the original's", async () => {
  const { server, path } = await serverWithImage();
  await using _ = server;
  const { keys } = server.world;
  const key = await addKey(server, "mine");
  const encrypted = await copyOf(server, path, { cmk_id: key });
  const foreign = await defaultImageKey(keys, alt.project as ProjectId);
  assert.equal(refusalOf(await server.call("POST", path, { cmk_id: "nobody" })), "400 IMG.0095");
  assert.equal(refusalOf(await server.call("POST", path, { cmk_id: foreign.id })), "400 IMG.0095");
  await keys.disable(key as never);
  assert.equal(refusalOf(await server.call("POST", path, { cmk_id: key })), "400 IMG.0097");
  assert.equal(refusalOf(await server.call("POST", copyPath(encrypted), {})), "400 IMG.0102");
  await keys.scheduleDeletion(key as never, 7);
  assert.equal(refusalOf(await server.call("POST", path, { cmk_id: "alias/mine" })), "400 IMG.0097");
  assert.equal(refusalOf(await server.call("POST", copyPath(encrypted), {})), "400 IMG.0102");
  server.world.clock.advance(8 * 24 * 3_600_000);
  assert.equal(refusalOf(await server.call("POST", path, { cmk_id: key })), "400 IMG.0095");
  assert.equal(refusalOf(await server.call("POST", copyPath(encrypted), {})), "400 IMG.0101");
});

test("a key that is disabled while its copy waits fails the copy with the code of that key, and leaves nothing", async () => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  const [first, second] = [await addKey(server, "first"), await addKey(server, "second")];
  const encrypted = await copyOf(server, path, { cmk_id: first });
  const before = await server.world.contents();
  const held = await ImsServer.on(server.world, { holdJobs: true });
  for (const { from, body, disabled, code } of [
    { from: encrypted, body: {}, disabled: first, code: "IMG.0102" },
    { from: encrypted, body: { cmk_id: second }, disabled: first, code: "IMG.0102" },
    { from: encrypted, body: { cmk_id: second }, disabled: second, code: "IMG.0097" },
    { from: image, body: { cmk_id: second }, disabled: second, code: "IMG.0097" },
  ]) {
    const answer = await held.call("POST", copyPath(from), body);
    assert.equal(answer.statusCode, 200, answer.body);
    await server.world.keys.disable(disabled as never);
    const { job_id: id } = answer.json<{ job_id: string }>();
    held.jobs.dispatch(id);
    const job = await held.jobs.wait(id);
    assert.equal(job.status, "failed");
    assert.equal(job.error?.code, code);
    await server.world.keys.enable(disabled as never);
    assert.deepEqual(await server.world.contents(), before);
  }
  await held.close();
});

test("who may not change a project's images may not copy, and what does not exist for a caller cannot be copied", async () => {
  const { server, image, path } = await serverWithImage();
  await using _ = server;
  assert.equal(refusalOf(await server.call("POST", path, {}, reader)), "403 IMG.0026");
  assert.equal(refusalOf(await server.call("POST", path, {}, alt)), "404 IMG.0027");
  await server.world.catalog.images.update(image.id, { visibility: "public", updatedAt: 0 });
  assert.equal(refusalOf(await server.call("POST", path, {}, alt)), "400 IMG.0047");
  assert.equal(refusalOf(await server.call("POST", path, {})), "400 IMG.0077");
});

test("R-215: a copy needs a place in the quota, and gives it back when it is cancelled", async () => {
  const { server, path } = await serverWithImage({}, { holdJobs: true, limits: { images: { perProject: 2 } } });
  await using _ = server;
  const answer = await server.call("POST", path, {});
  assert.equal(answer.statusCode, 200);
  const { job_id: id } = answer.json<{ job_id: string }>();
  await server.jobs.cancel(id);
  assert.equal((await server.jobs.wait(id)).status, "cancelled");
  assert.equal((await server.list()).length, 1);
  await server.world.addImage("demo", disk);
  assert.equal(refusalOf(await server.call("POST", path, {})), "400 IMG.0015");
});

for (const [title, code, body] of [
  ["a name of 129 characters", "IMG.0002", { name: "n".repeat(129) }],
  ["a name with a slash", "IMG.0003", { name: "a/b" }],
  ["R-184: a description of 1025 characters", "IMG.0004", { description: "d".repeat(1025) }],
  ["a name that is a number", "IMG.0062", { name: 5 }],
  ["an enterprise project that is none", "IMG.0155", { enterprise_project_id: "no such!" }],
  ["a key that is a number", "IMG.0001", { cmk_id: 5 }],
] as const) {
  test(`a copy with ${title} is refused with ${code}`, async () => {
    const { server, path } = await serverWithImage();
    await using _ = server;
    assert.equal(refusalOf(await server.call("POST", path, body)), `400 ${code}`);
  });
}
