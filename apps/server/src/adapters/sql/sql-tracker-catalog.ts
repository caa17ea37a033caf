import type { Kysely, Selectable, Updateable } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { DomainId, ProjectId } from "../../ports/ids.ts";
import type { TraceBatch, TracePlace, TrackerCatalog, TrackerChange, TrackerRecord } from "../../ports/tracker-catalog.ts";
import type { Tables } from "./tables.ts";
import type { TracesTables } from "./traces-tables.ts";

type TrackerRow = Selectable<TracesTables["trackers"]>;

/** Trackers in an SQL database. */
export function sqlTrackerCatalog(db: Kysely<Tables>): TrackerCatalog {
  return {
    async insert(tracker) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("trackers")
        .values(toRow(tracker))
        .onConflict((conflict) => conflict.column("project_id").doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new DuplicateError(`The project ${tracker.projectId} has a tracker already`);
      }
    },

    async get(projectId) {
      const row = await db.selectFrom("trackers").selectAll().where("project_id", "=", projectId).executeTakeFirst();
      return row && toRecord(row);
    },

    async update(projectId, change) {
      const row = await db
        .updateTable("trackers")
        // SQL knows no update of nothing.
        .set({ project_id: projectId, ...columnsOf(change) })
        .where("project_id", "=", projectId)
        .returningAll()
        .executeTakeFirst();
      return row && toRecord(row);
    },

    async remove(projectId) {
      const { numDeletedRows } = await db.deleteFrom("trackers").where("project_id", "=", projectId).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },

    async saving() {
      const rows = await db
        .selectFrom("trackers")
        .selectAll()
        .where("is_enabled", "=", 1)
        .where("place", "is not", null)
        .orderBy("project_id")
        .execute();
      return rows.map(toRecord);
    },

    async beginBatch({ id, savedTo }, { upTo, ...batch }) {
      const { numUpdatedRows } = await db
        .updateTable("trackers")
        .set({ batch_up_to: upTo, batch: JSON.stringify(batch) })
        .where("id", "=", id)
        .where("saved_to", "=", savedTo)
        .where("batch_up_to", "is", null)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },

    async endBatch(id, upTo, isSaved) {
      const { numUpdatedRows } = await db
        .updateTable("trackers")
        .set({ batch_up_to: null, batch: null, ...(isSaved && { saved_to: upTo, problem: null }) })
        .where("id", "=", id)
        .where("batch_up_to", "=", upTo)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function toRow(tracker: TrackerRecord): TrackerRow {
  const { upTo, ...batch } = tracker.batch ?? { upTo: null };
  return {
    project_id: tracker.projectId,
    id: tracker.id,
    domain_id: tracker.domainId,
    created_at: tracker.createdAt,
    is_enabled: Number(tracker.isEnabled),
    place: placeColumn(tracker.place),
    made_bucket: Number(tracker.madeBucket),
    problem: tracker.problem ?? null,
    saved_to: tracker.savedTo,
    batch_up_to: upTo,
    batch: upTo === null ? null : JSON.stringify(batch),
  };
}

function columnsOf(change: TrackerChange): Updateable<TracesTables["trackers"]> {
  return {
    ...(change.isEnabled !== undefined && { is_enabled: Number(change.isEnabled) }),
    ...("place" in change && { place: placeColumn(change.place) }),
    ...(change.madeBucket !== undefined && { made_bucket: Number(change.madeBucket) }),
    ...("problem" in change && { problem: change.problem ?? null }),
  };
}

function placeColumn(place: TracePlace | undefined): string | null {
  return place === undefined ? null : JSON.stringify(place);
}

/** The casts read back what this module wrote; nothing else writes this table. */
function toRecord(row: TrackerRow): TrackerRecord {
  return {
    id: row.id,
    projectId: row.project_id as ProjectId,
    domainId: row.domain_id as DomainId,
    createdAt: row.created_at,
    isEnabled: row.is_enabled === 1,
    place: row.place === null ? undefined : (JSON.parse(row.place) as TracePlace),
    madeBucket: row.made_bucket === 1,
    problem: row.problem === null ? undefined : (row.problem as "noBucket"),
    savedTo: row.saved_to,
    batch:
      row.batch === null || row.batch_up_to === null
        ? undefined
        : { ...(JSON.parse(row.batch) as Omit<TraceBatch, "upTo">), upTo: row.batch_up_to },
  };
}
