import assert from "node:assert/strict";
import { test } from "node:test";
import { releaseNotedBlobs } from "../buckets/release-noted-blobs.ts";
import type { DomainId, ProjectId } from "../ports/ids.ts";
import { aTrace } from "../ports/trace-catalog.contract.ts";
import type { TrackerRecord } from "../ports/tracker-catalog.ts";
import { savingIn, traceFilesIn } from "../testing/audit-world.ts";
import { CallBudget, stoppingAfter } from "../testing/stopping-after.ts";
import { TransferWorld } from "../testing/transfer-world.ts";
import { saveTraces } from "./save-traces.ts";
import { pruneOldTraces } from "./trace-schedule.ts";

const mine = "p-mine" as ProjectId;
const place = { bucket: "bucket", filePrefix: "pre", compression: "gzip", isSortedByService: true } as const;
const dayMs = 24 * 3_600_000;

async function open(fields: Partial<TrackerRecord> = {}): Promise<TransferWorld> {
  const world = await TransferWorld.open();
  await world.addFile(mine, "bucket:");
  await world.catalog.trackers.insert({
    id: "k",
    projectId: mine,
    domainId: "d" as DomainId,
    createdAt: 0,
    isEnabled: true,
    place,
    madeBucket: false,
    problem: undefined,
    savedTo: 0,
    batch: undefined,
    ...fields,
  });
  return world;
}

async function append(world: TransferWorld, ids: readonly string[], fields: Parameters<typeof aTrace>[0] = {}): Promise<void> {
  await world.catalog.traces.append(ids.map((id) => aTrace({ id, at: world.clock.now(), ...fields })));
}

const names = (count: number, prefix = "t") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

test("traces are saved under the documented path and name, a file for each service, as gzipped JSON", async () => {
  await using world = await open();
  await append(world, ["a", "b"]);
  await append(world, ["c"], { service: "KMS" });
  await append(world, ["x"], { projectId: "p-theirs" as ProjectId });
  assert.equal(await saveTraces(savingIn(world)), 3);
  // Objects are listed in the order of their keys.
  const files = [...(await traceFilesIn(world, "bucket"))];
  assert.deepEqual(
    files.map(([, ids]) => ids),
    [["a", "b"], ["c"]],
  );
  for (const [index, service] of ["IMS", "KMS"].entries()) {
    assert.match(
      files[index]?.[0] ?? "",
      new RegExp(`^CloudTraces/local-1/2026/1/2/system/${service}/pre_CloudTrace_local-1_2026-01-02T03-04-05Z_[0-9a-f]{16}\\.json\\.gz$`),
    );
  }
  assert.equal(await saveTraces(savingIn(world)), 0);
});

test("files can be plain JSON, not sorted by service and without a prefix", async () => {
  await using world = await open({ place: { bucket: "bucket", filePrefix: "", compression: "none", isSortedByService: false } });
  await append(world, ["a"]);
  await append(world, ["c"], { service: "KMS" });
  await saveTraces(savingIn(world));
  const [[key, ids] = ["", []], ...others] = [...(await traceFilesIn(world, "bucket"))];
  assert.match(key, /^CloudTraces\/local-1\/2026\/1\/2\/system\/CloudTrace_local-1_[^/]*\.json$/);
  assert.deepEqual([ids, others], [["a", "c"], []]);
});

test("more traces than a file takes go into several, each into one", async () => {
  await using world = await open();
  await append(world, names(1_001));
  assert.equal(await saveTraces(savingIn(world)), 1_001);
  const files = [...(await traceFilesIn(world, "bucket")).values()];
  assert.deepEqual(
    files.map(({ length }) => length).toSorted((a, b) => a - b),
    [1, 500, 500],
  );
  assert.deepEqual(files.flat().toSorted(), names(1_001).toSorted());
});

test("wherever saving stops, doing it again leaves each trace in one file", async () => {
  await using world = await open();
  const saving = savingIn(world);
  const { catalog, store } = world;
  const tracker = await catalog.trackers.get(mine);
  assert.ok(tracker);
  await catalog.trackers.remove(mine);
  for (let calls = 0; ; calls += 1) {
    const [projectId, bucket] = [`p-${calls}` as ProjectId, `bucket-${calls}`];
    const all = [`a-${calls}`, `b-${calls}`, `c-${calls}`, `d-${calls}`];
    await world.addFile(projectId, `${bucket}:`);
    await catalog.trackers.insert({ ...tracker, id: projectId, projectId, place: { ...place, bucket } });
    await append(world, all.slice(0, 2), { projectId });
    await append(world, all.slice(2, 3), { projectId, service: "KMS" });
    const budget = new CallBudget(calls);
    await saveTraces({ ...saving, catalog: stoppingAfter(catalog, budget), store: stoppingAfter(store, budget) }).catch(() => 0);
    // What came meanwhile, and another time of day, change nothing about the files that were begun.
    world.clock.advance(61_000);
    await append(world, all.slice(3), { projectId });
    await releaseNotedBlobs({ catalog, store });
    await saveTraces(saving);
    assert.deepEqual([...(await traceFilesIn(world, bucket)).values()].flat().toSorted(), all, `stopped after ${calls} calls`);
    assert.deepEqual(await catalog.removals.noted(10), []);
    await catalog.trackers.remove(projectId);
    if (!budget.isSpent) {
      assert.ok(calls > 10);
      return;
    }
  }
});

test("two processes that save at once leave each trace in one file", async () => {
  await using world = await open();
  await append(world, names(30));
  const saving = savingIn(world);
  await Promise.all([saveTraces(saving), saveTraces(saving), saveTraces(saving)]);
  assert.deepEqual([...(await traceFilesIn(world, "bucket")).values()].flat().toSorted(), names(30).toSorted());
});

test("a tracker without a place, or disabled, saves nothing until it does, and then all that came meanwhile", async () => {
  await using world = await open({ isEnabled: false });
  await append(world, ["a"]);
  assert.equal(await saveTraces(savingIn(world)), 0);
  await world.catalog.trackers.update(mine, { isEnabled: true, place: undefined });
  assert.equal(await saveTraces(savingIn(world)), 0);
  await world.catalog.trackers.update(mine, { place });
  assert.equal(await saveTraces(savingIn(world)), 1);
});

test("a bucket that is gone is told as such, holds nobody else up, and another one gets what was not saved", async () => {
  await using world = await open({ place: { ...place, bucket: "gone" } });
  await append(world, ["a"]);
  assert.equal(await saveTraces(savingIn(world)), 0);
  assert.equal((await world.catalog.trackers.get(mine))?.problem, "noBucket");
  await append(world, ["b"]);
  await world.catalog.trackers.update(mine, { place, problem: undefined });
  assert.equal(await saveTraces(savingIn(world)), 2);
  assert.deepEqual([...(await traceFilesIn(world, "bucket")).values()], [["a", "b"]]);
  assert.equal((await world.catalog.trackers.get(mine))?.problem, undefined);
});

test("a failure of one project's saving is logged, and the others' traces are saved", async () => {
  await using world = await open();
  await append(world, ["a"]);
  const saving = savingIn(world);
  const other = "p-z" as ProjectId;
  await world.addFile(other, "other:");
  await append(world, ["z"], { projectId: other });
  const mineOnly = await world.catalog.trackers.get(mine);
  assert.ok(mineOnly);
  await world.catalog.trackers.insert({ ...mineOnly, id: "k-2", projectId: other, place: { ...place, bucket: "other" } });
  const describe = (trace: Parameters<typeof saving.describe>[0]): object => {
    if (trace.id === "a") {
      throw new Error("a fault");
    }
    return saving.describe(trace);
  };
  assert.equal(await saveTraces({ ...saving, describe }), 1);
  assert.equal(world.errors.length, 1);
  assert.deepEqual([...(await traceFilesIn(world, "other")).values()], [["z"]]);
});

test("R-331: traces older than seven days are removed, those that a tracker still has to save only then", async () => {
  await using world = await open();
  const saving = savingIn(world);
  const shown = async () => {
    const filter = { projectId: mine, withUnassigned: false, from: 0, to: Infinity };
    return (await world.catalog.traces.list(filter, { limit: 10 }))?.map(({ id }) => id);
  };
  await append(world, ["old"]);
  world.clock.advance(7 * dayMs);
  await append(world, ["new"]);
  await pruneOldTraces({ ...saving, limits: world.limits });
  assert.deepEqual(await shown(), ["new", "old"]);
  world.clock.advance(1);
  await pruneOldTraces({ ...saving, limits: world.limits });
  assert.deepEqual(await shown(), ["new", "old"]);
  await saveTraces(saving);
  await pruneOldTraces({ ...saving, limits: world.limits });
  assert.deepEqual(await shown(), ["new"]);
});
