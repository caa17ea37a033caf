import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Buckets } from "@tintype/client/buckets.ts";
import { Images } from "@tintype/client/images.ts";
import { Jobs } from "@tintype/client/jobs.ts";
import { systemTimers } from "@tintype/client/timing/timers.ts";
import { uploadFile } from "@tintype/client/transfer/upload-file.ts";
import { waitForJob } from "@tintype/client/wait-for-job.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { localSession } from "./local-session.ts";
import { seededBytes, seededNumbers } from "./seeded-bytes.ts";
import { TintypeProcess } from "./tintype-process.ts";

const rounds = 3;
const seed = Number(process.env["TINTYPE_TEST_SEED"] ?? 20_261_122);
const diskBytes = 96 * 1024 * 1024;

/** SHA-256 of every blob that the store holds. */
async function digestsOfBlobs(root: string): Promise<Map<BlobId, string>> {
  const digests = new Map<BlobId, string>();
  await using store = await openLocalStore(root);
  for await (const id of store.list()) {
    await using blob = await store.open(id);
    const hash = createHash("sha256");
    for (let at = 0; at < blob.lengthBytes; at += 1 << 22) {
      hash.update(await blob.read(at, Math.min(1 << 22, blob.lengthBytes - at)));
    }
    digests.set(id, hash.digest("hex"));
  }
  return digests;
}

test(`an import whose server is killed at a random point ends after the restart and leaves nothing behind (seed ${seed})`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tintype-crash-"));
  const dataDir = join(folder, "data");
  const server = await TintypeProcess.prepare(dataDir);
  t.after(async () => {
    await server.stop("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });
  await server.start();
  const random = seededNumbers(seed);
  const session = await localSession(dataDir);
  const [buckets, images, jobs] = [new Buckets(session), new Images(session), new Jobs(session)];
  await buckets.ensure("crashes");

  const ended: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Other content in every round, so that each import has chunks to store.
    const disk = seededBytes(seed + round, diskBytes);
    const path = join(folder, "disk.raw");
    await writeFile(path, disk);
    const object = await uploadFile(path, { buckets, bucket: "crashes", timers: systemTimers });
    const jobId = await images.create({ name: `crash-${round}`, object, minDiskGiB: 1 });
    await setTimeout(random(400));
    await server.stop("SIGKILL");
    await server.start();
    const job = await waitForJob(jobs, jobId, { timers: systemTimers });
    ended.push(job.status);
    const image = await images.get(job.subjectId ?? "");
    assert.equal(job.status === "succeeded" ? "active" : undefined, image?.status, `round ${round}: ${job.error?.message}`);
    await buckets.delete(object);
  }
  assert.ok(ended.includes("succeeded"), `some import must have been resumed: ${ended.join(", ")}`);

  const active = (await Array.fromAsync(images.list())).map(({ name }) => Number(name.slice("crash-".length)));
  assert.equal(await server.stop(), 0, "the server stops in order");
  const expected = active.map((round) =>
    createHash("sha256")
      .update(seededBytes(seed + round, diskBytes))
      .digest("hex"),
  );
  const digests = await digestsOfBlobs(join(dataDir, "store"));
  assert.deepEqual([...digests.values()].toSorted(), expected.toSorted(), "the store holds the active images' disks and nothing else");
  assert.deepEqual(await readdir(join(dataDir, "store", "tmp")), []);
  using catalog = new DatabaseSync(join(dataDir, "catalog.sqlite"), { readOnly: true });
  assert.deepEqual(catalog.prepare("select * from blob_removals").all(), []);
  const steps = catalog
    .prepare("select steps from jobs")
    .all()
    .map((row) => String(row["steps"]));
  assert.ok(
    steps.some((text) => /"attempts":[2-9]/.test(text)),
    `some kill must have hit a running step: ${steps.join(" ")}`,
  );
});
