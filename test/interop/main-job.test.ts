import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Images } from "@tintype/client/images.ts";
import { Jobs } from "@tintype/client/jobs.ts";
import { systemTimers } from "@tintype/client/timing/timers.ts";
import { waitForJob } from "@tintype/client/wait-for-job.ts";
import { localSession, readLocalCredentials } from "../system/local-session.ts";
import type { LocalCredentials } from "../system/local-session.ts";
import { TintypeProcess } from "../system/tintype-process.ts";

const run = promisify(execFile);

let folder: string;
let source: string;
let server: TintypeProcess;
let credentials: LocalCredentials;

/** A qcow2 made by qemu-img: a sparse gigabyte with data of every kind. */
async function buildSource(): Promise<string> {
  const raw = join(folder, "source.raw");
  const file = await open(raw, "w");
  await file.truncate(1024 ** 3 + 512);
  const random = Buffer.from(Array.from({ length: 1 << 20 }, (_, index) => (index * 2654435761) >>> 24));
  await file.write(random, 0, random.length, 0);
  await file.write(random, 0, random.length, 300 * 1024 * 1024 + 4096);
  await file.write(Buffer.from("the end"), 0, 7, 1024 ** 3 + 505);
  await file.close();
  const qcow2 = join(folder, "source.qcow2");
  execFileSync("qemu-img", ["convert", "-f", "raw", "-O", "qcow2", "-c", raw, qcow2]);
  return qcow2;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-main-job-"));
  source = await buildSource();
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
  credentials = await readLocalCredentials(join(folder, "data"));
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function assertSameDisk(copy: string): void {
  assert.match(execFileSync("qemu-img", ["compare", "-f", "qcow2", "-F", "qcow2", source, copy], { encoding: "utf8" }), /identical/);
  execFileSync("qemu-img", ["check", "-f", "qcow2", copy]);
}

test("R-057: a qcow2 goes in through the command line and comes back identical", async () => {
  const imported = await server.run("image", "import", source, "--name", "cli", "--os-version", "Debian GNU/Linux 12.0.0 64bit", "--json");
  assert.equal(imported.code, 0, imported.stderr);
  const image = JSON.parse(imported.stdout.trim().split("\n").at(-1) ?? "") as { id: string; status: string };
  assert.equal(image.status, "active");
  const copy = join(folder, "cli.qcow2");
  const exported = await server.run("image", "export", image.id, "--format", "qcow2", "--output", copy);
  assert.equal(exported.code, 0, exported.stderr);
  assertSameDisk(copy);
});

test("the same through curl and an access key", async () => {
  const copy = join(folder, "curl.qcow2");
  const env = {
    ...server.env,
    TINTYPE_ENDPOINT: server.endpoint,
    TINTYPE_OBS_ENDPOINT: credentials.obsEndpoint,
    HUAWEICLOUD_ACCESS_KEY: credentials.accessKey,
    HUAWEICLOUD_SECRET_KEY: credentials.secretKey,
  };
  await run("examples/import-with-curl.sh", [source, "with-curl", copy], { env });
  assertSameDisk(copy);
});

test("R-060, R-324: the same through an S3 client", async () => {
  const host = new URL(credentials.obsEndpoint).host;
  const { accessKey, secretKey } = credentials;
  const options = ["--config=/dev/null", "--no-ssl", `--host=${host}`, `--host-bucket=${host}`, `--access_key=${accessKey}`];
  const s3cmd = (...args: string[]) => run("s3cmd", [...options, `--secret_key=${secretKey}`, ...args]);
  await s3cmd("mb", "s3://from-s3cmd");
  await s3cmd("put", source, "s3://from-s3cmd/disk.qcow2");
  const session = await localSession(join(folder, "data"));
  const [images, jobs] = [new Images(session), new Jobs(session)];
  const object = { bucket: "from-s3cmd", key: "disk.qcow2" };
  const imported = await waitForJob(jobs, await images.create({ name: "s3", object, minDiskGiB: 40 }), { timers: systemTimers });
  assert.equal(imported.status, "succeeded", imported.error?.message ?? "");
  const target = { object: { ...object, key: "copy.qcow2" }, format: "qcow2" };
  const exported = await waitForJob(jobs, await images.export(imported.subjectId ?? "", target), { timers: systemTimers });
  assert.equal(exported.status, "succeeded", exported.error?.message ?? "");
  const copy = join(folder, "s3.qcow2");
  await s3cmd("get", "s3://from-s3cmd/copy.qcow2", copy);
  assertSameDisk(copy);
});
