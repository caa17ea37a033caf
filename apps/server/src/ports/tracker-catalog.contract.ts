import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateError } from "./catalog.ts";
import type { DomainId, ProjectId } from "./ids.ts";
import type { TrackerCatalog, TrackerRecord } from "./tracker-catalog.ts";

const mine = "p-mine" as ProjectId;
const place = { bucket: "b", filePrefix: "x", compression: "none", isSortedByService: false } as const;
const batch = { upTo: 9, place, begunAt: 5 };

function aTracker(fields: Partial<TrackerRecord> = {}): TrackerRecord {
  return {
    id: "k-1",
    projectId: mine,
    domainId: "d" as DomainId,
    createdAt: 7,
    isEnabled: true,
    place,
    madeBucket: true,
    problem: "noBucket",
    savedTo: 3,
    batch,
    ...fields,
  };
}

/** What every catalog of trackers must do. `open` answers an empty one. */
export function trackerCatalogContract(open: () => Promise<TrackerCatalog>): void {
  test("a tracker comes back as it was inserted, also with nothing in it that may be missing", async () => {
    const bare = aTracker({ id: "k-2", projectId: "p-2" as ProjectId, place: undefined, problem: undefined, batch: undefined });
    const trackers = await open();
    for (const tracker of [aTracker(), bare]) {
      await trackers.insert(tracker);
      assert.deepEqual(await trackers.get(tracker.projectId), tracker);
    }
    assert.equal(await trackers.get("nobody" as ProjectId), undefined);
  });

  test("a project has one tracker", async () => {
    const trackers = await open();
    await trackers.insert(aTracker());
    await assert.rejects(trackers.insert(aTracker({ id: "k-2" })), DuplicateError);
    assert.equal(await trackers.remove(mine), true);
    assert.equal(await trackers.remove(mine), false);
    await trackers.insert(aTracker({ id: "k-2" }));
  });

  test("a change touches what it names, and empties what it names as undefined", async () => {
    const trackers = await open();
    await trackers.insert(aTracker());
    assert.deepEqual(await trackers.update(mine, { isEnabled: false }), aTracker({ isEnabled: false }));
    const changed = await trackers.update(mine, { place: undefined, problem: undefined, madeBucket: false });
    assert.deepEqual(changed, aTracker({ isEnabled: false, place: undefined, problem: undefined, madeBucket: false }));
    assert.deepEqual(await trackers.update(mine, {}), changed);
    assert.equal(await trackers.update("nobody" as ProjectId, {}), undefined);
  });

  test("only trackers that are enabled and have a place save", async () => {
    const trackers = await open();
    await trackers.insert(aTracker());
    await trackers.insert(aTracker({ id: "k-2", projectId: "p-2" as ProjectId, isEnabled: false }));
    await trackers.insert(aTracker({ id: "k-3", projectId: "p-3" as ProjectId, place: undefined }));
    assert.deepEqual(
      (await trackers.saving()).map(({ id }) => id),
      ["k-1"],
    );
  });

  test("of many that begin a batch, one does, and only from where the tracker is", async () => {
    const trackers = await open();
    await trackers.insert(aTracker({ batch: undefined }));
    assert.equal(await trackers.beginBatch({ id: "k-1", savedTo: 2 }, batch), false);
    const begun = await Promise.all([1, 2, 3].map((begunAt) => trackers.beginBatch({ id: "k-1", savedTo: 3 }, { ...batch, begunAt })));
    assert.equal(begun.filter(Boolean).length, 1);
    assert.deepEqual((await trackers.get(mine))?.batch?.upTo, 9);
  });

  test("a batch ends once: saved, the tracker moves on and works; given up, it stays where it was", async () => {
    const trackers = await open();
    await trackers.insert(aTracker());
    assert.equal(await trackers.endBatch("k-1", 8, true), false);
    assert.equal(await trackers.endBatch("k-1", 9, false), true);
    assert.deepEqual(await trackers.get(mine), aTracker({ batch: undefined }));
    await trackers.beginBatch({ id: "k-1", savedTo: 3 }, batch);
    assert.equal(await trackers.endBatch("k-1", 9, true), true);
    assert.deepEqual(await trackers.get(mine), aTracker({ batch: undefined, savedTo: 9, problem: undefined }));
    assert.equal(await trackers.endBatch("k-1", 9, true), false);
  });
}
