import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { StoreError } from "@tintype/store/store-error.ts";
import { ImsServer } from "./ims-server.ts";
import { ObsSetup, s3Error } from "./obs-setup.ts";
import { storedPacks } from "./stored-packs.ts";

const heals = /Importing or uploading the same file once more heals it/;

/** Flips four bytes in the middle of every pack, which is in the middle of a chunk. */
async function damage(server: ImsServer): Promise<void> {
  for (const [path, bytes] of await storedPacks(server)) {
    const middle = Math.floor(bytes.length / 2);
    bytes.writeInt32LE(~bytes.readInt32LE(middle), middle);
    await writeFile(path, bytes);
  }
}

/** A server with an image of one chunk, which is damaged. */
async function damagedServer(): Promise<{ server: ImsServer; content: Buffer; id: string }> {
  const server = await ImsServer.open();
  const content = randomBytes(400_000);
  const { id } = await server.world.addImage("demo", content, { name: "big", diskFormat: "raw" });
  await damage(server);
  return { server, content, id };
}

test("whoever reads a damaged image is told that it is damaged and what heals it, in every dialect", async () => {
  const { server, id } = await damagedServer();
  await using _ = server;
  const content = await server.call("GET", `/api/v1/images/${id}/content`);
  assert.equal(content.statusCode, 500);
  assert.match(String(content.headers["content-type"]), /^application\/problem\+json/);
  assert.equal(content.json<{ code: string }>().code, "ops.contentDamaged");
  assert.match(content.json<{ detail: string }>().detail, heals);
  const file = await server.call("GET", `/image/v2/images/${id}/file`);
  assert.equal(file.statusCode, 500);
  assert.match(file.json<{ message: string }>().message, heals);
  await server.world.addFile("demo", "files:");
  const started = await server.call("POST", `/v1/cloudimages/${id}/file`, { bucket_url: "files:out.qcow2", file_format: "qcow2" });
  assert.equal(started.statusCode, 200, started.body);
  const job = await server.jobs.wait(started.json<{ job_id: string }>().job_id);
  const shown = (await server.call("GET", `/v1/demo/jobs/${job.id}`)).json<{ status: string; error_code: string; fail_reason: string }>();
  assert.deepEqual([shown.status, shown.error_code], ["FAIL", "IMG.0061"]);
  assert.match(shown.fail_reason, /Trying again does not help/);
  assert.match(shown.fail_reason, heals);
});

test("R-029: storing the same content again heals what was said to be damaged", async () => {
  const { server, content, id } = await damagedServer();
  await using _ = server;
  assert.equal((await server.call("GET", `/api/v1/images/${id}/content`)).statusCode, 500);
  await server.world.addImage("demo", content, { name: "again" });
  const answer = await server.call("GET", `/api/v1/images/${id}/content`);
  assert.equal(answer.statusCode, 200);
  assert.ok(answer.rawPayload.equals(content));
});

test("a damaged object is refused before its status goes out, and the log names bucket and key without the query", async () => {
  await using obs = await ObsSetup.start();
  const { world } = obs;
  const lines: { fields: Record<string, unknown>; message: string }[] = [];
  Object.assign(world.log, { info: (fields: Record<string, unknown>, message: string) => void lines.push({ fields, message }) });
  const s3 = obs.client();
  await s3.send(new CreateBucketCommand({ Bucket: "damaged" }));
  await s3.send(new PutObjectCommand({ Bucket: "damaged", Key: "a\nb", Body: randomBytes(1000) }));
  const open = world.store.open.bind(world.store);
  world.store.open = async (id) => {
    const blob = await open(id);
    blob.read = async () => {
      throw new StoreError("store.damaged", "A chunk is damaged.");
    };
    return blob;
  };
  await assert.rejects(s3.send(new GetObjectCommand({ Bucket: "damaged", Key: "a\nb" })), s3Error("ContentDamaged", 500));
  assert.deepEqual(
    lines.map(({ message, fields: { operation, bucket, key, status } }) => [message, operation, bucket, key, status]),
    [
      ["Bucket request", "CreateBucket", "damaged", undefined, 200],
      ["Bucket request", "PutObject", "damaged", "a\nb", 200],
      ["Bucket request", "GetObject", "damaged", "a\nb", 500],
    ],
  );
  assert.equal(world.errors.length, 1);
});
