import { existsSync } from "node:fs";
import { join } from "node:path";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import { inlineDigests } from "../../adapters/digests/inline-digests.ts";
import { randomIds } from "../../adapters/random-ids.ts";
import { openLocalKeys } from "../../adapters/local-keys/open-local-keys.ts";
import { sqlCatalog } from "../../adapters/sql/sql-catalog.ts";
import { openSqlite } from "../../adapters/sqlite/open-sqlite.ts";
import { systemClock } from "../../adapters/system-clock.ts";
import { bucketCeilings } from "../../buckets/bucket-ceilings.table.ts";
import { releaseNotedBlobs } from "../../buckets/release-noted-blobs.ts";
import type { DomainId, ProjectId } from "../../ports/ids.ts";
import { aTrace } from "../../ports/trace-catalog.contract.ts";
import { saveTraces } from "../save-traces.ts";

/**
 * A process that appends traces and saves them in a bucket, again and again, to be killed at any moment. With `finish` it saves what is left,
 * and writes the ids of all traces in the catalog and of all in the bucket, as JSON.
 */
const [, , folder = "", mode = ""] = process.argv;
const projectId = "p" as ProjectId;
const place = { bucket: "bucket", filePrefix: "", compression: "none", isSortedByService: true } as const;

const isNew = !existsSync(join(folder, "catalog.sqlite"));
await using store = await openLocalStore(join(folder, "store"), { workers: 1 });
await using db = await openSqlite(join(folder, "catalog.sqlite"));
const catalog = sqlCatalog(db);
const [clock, log] = [systemClock, { info() {}, warn() {}, error: (fields: object) => process.stderr.write(JSON.stringify(fields)) }];
const ids = randomIds(clock);
const keys = await openLocalKeys({ folder: join(folder, "keys"), passphrase: undefined, clock, ids, log });
const saving = { catalog, store, keys, clock, ids, log, ceilings: bucketCeilings, digests: inlineDigests(), region: "r" };
const deps = { ...saving, describe: ({ id, at }: { id: string; at: number }) => ({ id, at }) };

if (isNew) {
  await catalog.buckets.insertBucket({ name: "bucket", projectId, storageClass: "STANDARD", createdAt: 0 });
  const tracker = { id: "k", projectId, domainId: "d" as DomainId, createdAt: 0, isEnabled: true, place, madeBucket: false };
  await catalog.trackers.insert({ ...tracker, problem: undefined, savedTo: 0, batch: undefined });
}
await releaseNotedBlobs({ catalog, store });
process.stdout.write("started\n");
do {
  await catalog.traces.append(mode === "finish" ? [] : [1, 2, 3].map((at) => aTrace({ id: ids.uuid(), projectId, at })));
  await saveTraces(deps);
  // The other mode ends by being killed.
} while (process.argv[3] !== "finish");
const numbered = await catalog.traces.numbered(projectId, { after: 0, upTo: Infinity, limit: 100_000 });
const saved: string[] = [];
for (const { key } of await catalog.buckets.objects("bucket", { prefix: "", after: "", limit: 100_000 })) {
  const object = await catalog.buckets.object("bucket", key);
  for (const { blobId } of object?.parts ?? []) {
    await using blob = await store.open(blobId);
    const text = Buffer.from(await blob.read(0, blob.lengthBytes)).toString();
    saved.push(...(JSON.parse(text) as { id: string }[]).map(({ id }) => id));
  }
}
process.stdout.write(JSON.stringify({ kept: numbered.map(({ trace }) => trace.id), saved, removals: await catalog.removals.noted(10) }));
