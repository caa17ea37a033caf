import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { inlineDigests } from "@tintype/server/adapters/digests/inline-digests.ts";
import { putObject } from "@tintype/server/buckets/put-object.ts";
import { defaultImageKey } from "@tintype/server/keys/default-image-key.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { ProjectId } from "@tintype/server/ports/ids.ts";
import type { KeyId } from "@tintype/server/ports/key-service.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, alt, demo, refusalOf } from "./ims-server.ts";
import { storedPacks } from "./stored-packs.ts";

const marker = "a text that stands in the disk and nowhere else";
const disk = sampleDisk(2);
disk.write(marker, 1_500_000, "latin1");
const file = { name: "web-1", image_url: "files:disk.raw", min_disk: 1 };
const project = demo.project as ProjectId;

async function serverWithFile(options?: Parameters<typeof ImsServer.open>[0]): Promise<ImsServer> {
  const server = await ImsServer.open(options);
  await server.world.addFile("demo", "files:");
  return server;
}

/** Imports the disk with that key; answers the image and its key. */
async function importEncrypted(server: ImsServer): Promise<{ readonly image: ImageRecord; readonly keyId: string }> {
  if ((await server.world.readFile(file.image_url)) === undefined) {
    await server.world.addFile("demo", file.image_url, disk);
  }
  const key = { projectId: project, alias: "mine", description: "", enterpriseProjectId: "0", isDefault: false };
  const { id: keyId } = await server.world.keys.createKey(key, { mostInProject: 10 });
  const job = await server.importFile({ ...file, cmk_id: keyId });
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  const image = await server.world.catalog.images.get(job.subjectId as never);
  assert.ok(image);
  return { image, keyId };
}

test("R-164, R-165: an image is imported encrypted, and shows its key", async () => {
  await using server = await serverWithFile();
  const { image, keyId } = await importEncrypted(server);
  assert.deepEqual(image.encryption, { keyId });
  const [shown] = await server.list(`?id=${image.id}`);
  assert.equal(shown?.["__system__encrypted"], "1");
  assert.equal(shown["__system__cmkid"], keyId);
  assert.ok(image.disks[0]);
  assert.ok(Buffer.from(await server.world.readBlob(image.disks[0].blobId)).equals(disk));
  const blob = await server.world.store.open(image.disks[0].blobId);
  assert.ok(blob.wrappedKey);
  assert.notEqual(Buffer.from(blob.wrappedKey).length, 0);
});

test("R-164: nothing of an encrypted image's content lies readable on the disk", async () => {
  await using server = await serverWithFile();
  await server.world.addFile("demo", file.image_url, disk);
  const before = await storedPacks(server);
  assert.ok(
    [...before.values()].some((pack) => pack.includes(marker)),
    "the uploaded file is not encrypted, and shows the marker",
  );
  await importEncrypted(server);
  const made = [...(await storedPacks(server))].filter(([path]) => !before.has(path));
  assert.ok(made.length > 0);
  assert.deepEqual(
    made.filter(([, pack]) => pack.includes(marker)),
    [],
  );
});

test("R-164: while the key is disabled the content cannot be read on any way, and can again once it is enabled", async () => {
  await using server = await serverWithFile();
  const { image, keyId } = await importEncrypted(server);
  const { keys } = server.world;
  const exportTo = (key: string) =>
    server.call("POST", `/v1/cloudimages/${image.id}/file`, { bucket_url: `files:${key}`, file_format: "qcow2" });
  const copy = () => server.call("POST", `/v1/cloudimages/${image.id}/copy`, {});
  for (let round = 0; round < 2; round++) {
    await keys.disable(keyId as never);
    assert.equal(refusalOf(await exportTo(`no-${round}`)), "400 IMG.0097");
    assert.equal(refusalOf(await copy()), "400 IMG.0102");
    assert.equal(refusalOf(await server.call("GET", `/api/v1/images/${image.id}/content`)), "400 IMG.0097");
    assert.equal(refusalOf(await server.call("GET", `/api/v1/images/${image.id}/extents`)), "400 IMG.0097");
    await assert.rejects(server.world.readBlob(image.disks[0]?.blobId as never));
    await keys.enable(keyId as never);
    assert.ok((await server.call("GET", `/api/v1/images/${image.id}/content`)).rawPayload.equals(disk));
    for (const answer of [await exportTo(`yes-${round}`), await copy()]) {
      assert.equal(answer.statusCode, 200, answer.body);
      assert.equal((await server.jobs.wait(answer.json<{ job_id: string }>().job_id)).status, "succeeded");
    }
  }
});

test("R-164: a key that is disabled while an export waits fails it with IMG.0097", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  const key = await defaultImageKey(server.world.keys, project);
  const image = await server.world.addImage("demo", disk, { encryption: { keyId: key.id } });
  const answer = await server.call("POST", `/v1/cloudimages/${image.id}/file`, { bucket_url: "files:x", file_format: "vhd" });
  await server.world.keys.disable(key.id);
  const { job_id: id } = answer.json<{ job_id: string }>();
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).error?.code, "IMG.0097");
});

test("an encrypted image is exported as what it holds", async () => {
  await using server = await serverWithFile();
  const { image } = await importEncrypted(server);
  const answer = await server.call("POST", `/v1/cloudimages/${image.id}/file`, { bucket_url: "files:out.qcow2", file_format: "qcow2" });
  assert.equal((await server.jobs.wait(answer.json<{ job_id: string }>().job_id)).status, "succeeded");
  const again = await server.importFile({ name: "again", image_url: "files:out.qcow2", min_disk: 1 });
  const record = await server.world.catalog.images.get(again.subjectId as never);
  assert.equal(record?.encryption, undefined);
  assert.ok(record?.disks[0]);
  assert.ok(Buffer.from(await server.world.readBlob(record.disks[0].blobId)).equals(disk));
});

test("R-166: the key of an image cannot be changed, taken away or added", async () => {
  await using server = await serverWithFile();
  const { image, keyId } = await importEncrypted(server);
  const plain = await server.world.addImage("demo", disk);
  for (const id of [image.id, plain.id]) {
    for (const path of ["/__system__cmkid", "/__system__encrypted"]) {
      for (const op of ["add", "replace", "remove"]) {
        const answer = await server.call("PATCH", `/v2/cloudimages/${id}`, [{ op, path, value: "0" }]);
        assert.equal(refusalOf(answer), "400 IMG.0105");
      }
    }
  }
  const [shown] = await server.list(`?id=${image.id}`);
  assert.equal(shown?.["__system__cmkid"], keyId);
});

test("R-169: an import that shall be encrypted with no key gets the default key, which is made on demand, once", async () => {
  await using server = await serverWithFile();
  await server.world.addFile("demo", file.image_url, disk);
  const jobs = await Promise.all([1, 2, 3].map((number) => server.importFile({ ...file, name: `n${number}`, __system__encrypted: "1" })));
  const [key, ...others] = await server.world.keys.listKeys(project);
  assert.equal(key?.alias, "ims/default");
  assert.deepEqual(others, []);
  for (const { subjectId } of jobs) {
    assert.deepEqual((await server.world.catalog.images.get(subjectId as never))?.encryption, { keyId: key.id });
  }
});

test("R-170: that an image is not encrypted is seen by the attributes that it does not have", async () => {
  await using server = await serverWithFile();
  const image = await server.world.addImage("demo", disk);
  const [shown] = await server.list(`?id=${image.id}`);
  assert.ok(shown && !("__system__encrypted" in shown) && !("__system__cmkid" in shown));
});

test("images are listed by their key", async () => {
  await using server = await serverWithFile();
  const { image, keyId } = await importEncrypted(server);
  await server.world.addImage("demo", disk);
  assert.deepEqual(
    (await server.list(`?__system__cmkid=${keyId}`)).map(({ id }) => id),
    [image.id],
  );
});

test("an import is refused by what is wrong with its key, and takes no place in the quota", async () => {
  await using server = await serverWithFile();
  await server.world.addFile("demo", file.image_url, disk);
  const own = await defaultImageKey(server.world.keys, project);
  const foreign = await defaultImageKey(server.world.keys, alt.project as ProjectId);
  const importWith = (key: string) => server.call("POST", "/v2/cloudimages/action", { ...file, cmk_id: key });
  assert.equal(refusalOf(await importWith("nobody")), "400 IMG.0095");
  assert.equal(refusalOf(await importWith(foreign.id)), "400 IMG.0095");
  await server.world.keys.disable(own.id);
  assert.equal(refusalOf(await importWith(own.id)), "400 IMG.0097");
  assert.equal(refusalOf(await importWith("alias/ims/default")), "400 IMG.0097");
  assert.deepEqual(await server.list(), []);
});

test("a key that is disabled while an import waits fails it with IMG.0097, and leaves nothing", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  await server.world.addFile("demo", file.image_url, disk);
  const before = await server.world.contents();
  const answer = await server.call("POST", "/v2/cloudimages/action", { ...file, __system__encrypted: "1" });
  await server.world.keys.disable((await defaultImageKey(server.world.keys, project)).id);
  const { job_id: id } = answer.json<{ job_id: string }>();
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).error?.code, "IMG.0097");
  assert.deepEqual(await server.world.contents(), before);
});

test("an image whose key cannot be used can still be shown and deleted", async () => {
  await using server = await serverWithFile();
  const { image, keyId } = await importEncrypted(server);
  await server.world.keys.disable(keyId as never);
  assert.equal((await server.list()).length, 1);
  assert.equal((await server.call("DELETE", `/v2/images/${image.id}`)).statusCode, 204);
  assert.equal(await server.world.store.has(image.disks[0]?.blobId as never), false);
});

/** Puts the disk into a bucket as an object that is encrypted with a key of its own; answers the key. */
async function addEncryptedFile(server: ImsServer): Promise<KeyId> {
  const { catalog, store, keys, clock, ids, log, ceilings } = server.world;
  const key = { projectId: project, alias: "of-files", description: "", enterpriseProjectId: "0", isDefault: false };
  const { id: keyId } = await keys.createKey(key, { mostInProject: 10 });
  const payload = { lengthBytes: disk.length, body: Readable.from([disk]), algorithms: [], expected: () => [] };
  const description = { projectId: project, bucket: "files", key: "disk.raw", contentType: "", metadata: {} };
  const deps = { catalog, store, keys, clock, ids, log, ceilings, digests: inlineDigests() };
  await putObject(deps, { ...description, encryption: { method: "kms", keyId } }, payload);
  return keyId;
}

test("R-061: a file that is encrypted with SSE-KMS is imported, and its key must work when that is asked for", async () => {
  await using server = await serverWithFile();
  const keyId = await addEncryptedFile(server);
  const job = await server.importFile(file);
  assert.equal(job.status, "succeeded", JSON.stringify(job.error));
  const image = await server.world.catalog.images.get(job.subjectId as never);
  assert.ok(image?.disks[0]);
  assert.ok(Buffer.from(await server.world.readBlob(image.disks[0].blobId)).equals(disk));
  await server.world.keys.disable(keyId);
  assert.equal(refusalOf(await server.call("POST", "/v2/cloudimages/action", file)), "400 IMG.0097");
});

test("R-061: a key of a file that is disabled while the import waits fails it with IMG.0097", async () => {
  await using server = await serverWithFile({ holdJobs: true });
  const keyId = await addEncryptedFile(server);
  const { job_id: id } = (await server.call("POST", "/v2/cloudimages/action", file)).json<{ job_id: string }>();
  await server.world.keys.disable(keyId);
  server.jobs.dispatch(id);
  assert.equal((await server.jobs.wait(id)).error?.code, "IMG.0097");
});

test("R-061: who may not unwrap with its key imports no encrypted file", async () => {
  await using server = await serverWithFile();
  await addEncryptedFile(server);
  const call = (...roles: string[]) => server.call("POST", "/v2/cloudimages/action", file, { project: "demo", roles });
  const refused = await call("ims_full", "obs_full");
  assert.equal(refusalOf(refused), "403 IMG.0026");
  assert.match(refused.body, /kms:dek:crypto/);
  assert.equal((await call("ims_full", "obs_full", "kms_full")).statusCode, 200);
});
