import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { TintypeProcess } from "../system/tintype-process.ts";
import { rgwMissing, startRgw } from "./s3-server/rgw.ts";
import type { Rgw } from "./s3-server/rgw.ts";

const mebibyte = 1024 * 1024;
const skip = await rgwMissing();
const key = "ab".repeat(32);

let folder: string;
let gateway: Rgw;
let server: TintypeProcess;
let s3: S3Client;

before(async () => {
  if (skip !== false) {
    return;
  }
  folder = await mkdtemp(join(tmpdir(), "tintype-on-s3-"));
  gateway = await startRgw();
  const { endpoint, credentials } = gateway;
  s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "bytes" }));
  await writeFile(join(folder, "secret"), `${credentials.secretAccessKey}\n`, { mode: 0o600 });
  await writeFile(join(folder, "store-key"), `${key}\n`, { mode: 0o600 });
  server = await TintypeProcess.prepare(join(folder, "data"), {
    TINTYPE_STORE_S3_ENDPOINT: endpoint,
    TINTYPE_STORE_S3_BUCKET: "bytes",
    TINTYPE_STORE_S3_PREFIX: "tintype/",
    TINTYPE_STORE_S3_ACCESS_KEY: credentials.accessKeyId,
    TINTYPE_STORE_S3_SECRET_KEY_FILE: join(folder, "secret"),
    TINTYPE_STORE_KEY_FILE: join(folder, "store-key"),
  });
  await server.start();
});

after(async () => {
  if (skip === false) {
    await server.stop();
    s3.destroy();
    await gateway[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  }
});

async function run(...words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await server.run(...words);
  assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
  return stdout;
}

async function bytesInBucket(): Promise<number> {
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "bytes" }));
  assert.ok(objects.every((object) => object.Key?.startsWith("tintype/")));
  return objects.reduce((sum, object) => sum + (object.Size ?? 0), 0);
}

async function wholeBucket(): Promise<Buffer> {
  const { Contents: objects = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "bytes" }));
  const bodies = objects.map(async ({ Key }) =>
    (await s3.send(new GetObjectCommand({ Bucket: "bytes", Key }))).Body?.transformToByteArray(),
  );
  return Buffer.concat((await Promise.all(bodies)).map((body) => body ?? new Uint8Array()));
}

test("R-324: images live in a bucket of a real S3 service: import, export, copy, damage check, collection, restart", { skip }, async () => {
  const disk = Buffer.concat([Buffer.from("a plain marker"), randomBytes(70 * mebibyte)]);
  const [raw, qcow2, back] = ["disk.raw", "disk.qcow2", "back.qcow2"].map((name) => join(folder, name)) as [string, string, string];
  await writeFile(raw, disk.subarray(0, 70 * mebibyte));
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", raw, qcow2]);
  await run("image", "import", qcow2, "--name", "on-s3");
  assert.ok((await bytesInBucket()) >= 70 * mebibyte);
  const before = await bytesInBucket();
  await run("image", "copy", "on-s3", "--name", "again");
  assert.ok((await bytesInBucket()) - before < mebibyte, "a copy moves no bytes");
  const stored = await readdir(join(folder, "data", "store"), { recursive: true });
  assert.deepEqual(
    stored.filter((name) => /\.pack$|\.manifest$/.test(name)),
    [],
  );
  await server.stop();
  await server.start();
  await run("image", "export", "again", "--format", "qcow2", "--output", back);
  assert.match(execFileSync("qemu-img", ["compare", "-f", "qcow2", "-F", "raw", back, raw], { encoding: "utf8" }), /identical/);
  assert.match(await run("store", "verify", "--read"), /damages\t0/);
  await run("image", "delete", "on-s3", "again", "--yes");
  // What was staged for the import and the export lies in the service's own buckets, in the same store.
  const stats = JSON.parse(await run("store", "stats", "--json")) as { images: number };
  assert.equal(stats.images, 0);
  await run("store", "gc", "--grace", "0");
});

test("an at-rest key seals what lies in the bucket, and without it the images do not open", { skip }, async () => {
  // Random bytes do not compress, so without a key the marker would lie in a pack as it is.
  const words = "a secret that must not be found";
  const marker = Buffer.concat([Buffer.from(words), randomBytes(mebibyte)]).subarray(0, mebibyte);
  await writeFile(join(folder, "marked.raw"), marker);
  await run("image", "import", join(folder, "marked.raw"), "--name", "marked");
  assert.equal((await wholeBucket()).includes(words), false);
  await server.stop();
  await writeFile(join(folder, "store-key"), `${"cd".repeat(32)}\n`, { mode: 0o600 });
  await server.start();
  const refused = await server.run("image", "export", "marked", "--format", "qcow2", "--output", join(folder, "marked.qcow2"));
  assert.notEqual(refused.code, 0);
  await server.stop();
  await writeFile(join(folder, "store-key"), `${key}\n`, { mode: 0o600 });
  await server.start();
  await run("image", "export", "marked", "--format", "qcow2", "--output", join(folder, "marked.qcow2"));
  await run("disk", "convert", join(folder, "marked.qcow2"), join(folder, "marked.out"), "-O", "raw");
  assert.ok((await readFile(join(folder, "marked.out"))).equals(marker));
});
