import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ApiError } from "@tintype/client/errors/api-error.ts";
import { Buckets } from "@tintype/client/buckets.ts";
import { Images } from "@tintype/client/images.ts";
import { Jobs } from "@tintype/client/jobs.ts";
import { systemTimers } from "@tintype/client/timing/timers.ts";
import { uploadFile } from "@tintype/client/transfer/upload-file.ts";
import { waitForJob } from "@tintype/client/wait-for-job.ts";
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { MemorySource } from "@tintype/disk/source/memory-source.ts";
import { localSession } from "./local-session.ts";
import { seededBytes } from "./seeded-bytes.ts";
import { TintypeProcess } from "./tintype-process.ts";

const MIB = 1024 * 1024;

/** Mounts a small volume; answers why that is not possible. */
function mountSmallVolume(place: string): string | undefined {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=80m", "tmpfs", place], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return `no volume can be mounted here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

test("on a full disk an import and an upload fail with a clear sentence, and leave nothing behind", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-full-"));
  const dataDir = join(folder, "data");
  await mkdir(dataDir);
  const reason = mountSmallVolume(dataDir);
  const server = await TintypeProcess.prepare(dataDir);
  t.after(async () => {
    await server.stop("SIGKILL");
    if (reason === undefined) {
      execFileSync("umount", ["-l", dataDir]);
    }
    await rm(folder, { recursive: true, force: true });
  });
  if (reason !== undefined) {
    t.skip(reason);
    return;
  }
  await server.start();
  const session = await localSession(dataDir);
  const [buckets, images, jobs] = [new Buckets(session), new Images(session), new Jobs(session)];
  await buckets.ensure("small");

  // In a qcow2 the disk's bytes lie elsewhere than on the disk, so the import cannot share the upload's chunks.
  const path = join(folder, "disk.qcow2");
  await using disk = await openRaw(new MemorySource(seededBytes(7, 48 * MIB)));
  await writeToFile(await convertDisk(disk, { format: "qcow2", target: "file" }), path);
  const object = await uploadFile(path, { buckets, bucket: "small", timers: systemTimers });
  const job = await waitForJob(jobs, await images.create({ name: "full", object, minDiskGiB: 1 }), { timers: systemTimers });
  assert.equal(job.status, "failed");
  assert.match(job.error?.message ?? "", /no space|full/i);
  assert.deepEqual(await Array.fromAsync(images.list()), []);
  assert.equal((await images.quota())?.used, 0);
  assert.deepEqual(await readdir(join(dataDir, "store", "tmp")), []);

  const large = join(folder, "large.raw");
  await writeFile(large, seededBytes(8, 64 * MIB));
  const timers = { ...systemTimers, delay: async () => {} };
  await assert.rejects(
    uploadFile(large, { buckets, bucket: "small", timers }),
    (error) => error instanceof ApiError && error.status === 507,
  );
  const answer = await fetch(`${server.endpoint}/readyz`);
  assert.ok([200, 503].includes(answer.status), "the service still answers");
  // Parts that were on their way beside the refused one are dropped a moment later; stopping waits for that.
  assert.equal(await server.stop(), 0);
  assert.deepEqual(await readdir(join(dataDir, "store", "tmp")), []);
});
