import { sql } from "kysely";
import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool, Updateable } from "kysely";
import { defaultListLimit } from "@tintype/jobs/job-record.ts";
import type { JobChange, JobError, JobProgress, JobRecord, JobRecords, JobStatus, Json, StepRecord } from "@tintype/jobs/job-record.ts";
import { DuplicateError } from "../../ports/catalog.ts";
import type { JobsTables } from "./jobs-tables.ts";
import type { Tables } from "./tables.ts";

type JobRow = Selectable<JobsTables["jobs"]>;

/** Job rows in the catalog. `insert` of an id that is there throws `DuplicateError`. */
export function sqlJobRecords(db: Kysely<Tables>): JobRecords {
  return {
    async insert(job) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("jobs")
        .values(rowOf(job))
        .onConflict((conflict) => conflict.column("id").doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new DuplicateError(`There is a job ${job.id} already`);
      }
    },

    async get(id) {
      const row = await db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
      return row && recordOf(row);
    },

    async update(id, expected, change) {
      const row = await db
        .updateTable("jobs")
        // SQL knows no update of nothing; an empty change sets the id to itself.
        .set({ id, ...columnsOf(change) })
        .where("id", "=", id)
        .where((job) => isOneOf(job, expected))
        .returningAll()
        .executeTakeFirst();
      return row && recordOf(row);
    },

    async list({ projectId, status, subjectId, subjectIds, kinds, limit = defaultListLimit, before }) {
      let query = db.selectFrom("jobs").selectAll().orderBy("created_at", "desc").orderBy("id", "desc").limit(limit);
      if (projectId !== undefined) {
        query = query.where("project_id", "=", projectId);
      }
      if (status !== undefined) {
        query = query.where((job) => isOneOf(job, status));
      }
      if (kinds !== undefined) {
        query = query.where((job) => (kinds.length > 0 ? job("kind", "in", kinds) : job.or([])));
      }
      if (subjectId !== undefined) {
        query = query.where("subject_id", "=", subjectId);
      }
      if (subjectIds !== undefined) {
        query = query.where((job) => (subjectIds.length > 0 ? job("subject_id", "in", subjectIds) : job.or([])));
      }
      if (before !== undefined) {
        query = query.where(sql<boolean>`(created_at, id) < (select created_at, id from jobs where id = ${before})`);
      }
      const rows = await query.execute();
      return rows.map(recordOf);
    },
  };
}

function rowOf(job: JobRecord): JobRow {
  return {
    id: job.id,
    kind: job.kind,
    project_id: job.projectId,
    subject_id: job.subjectId ?? null,
    status: job.status,
    input: JSON.stringify(job.input),
    steps: JSON.stringify(job.steps),
    current_step: job.currentStep ?? null,
    ...progressColumns(job.progress),
    cancel_requested: Number(job.cancelRequested),
    result: JSON.stringify(job.result),
    error: errorColumn(job.error),
    created_at: job.createdAt,
    started_at: job.startedAt ?? null,
    finished_at: job.finishedAt ?? null,
  };
}

/** The columns that a change sets. A field that is there and undefined empties its column. */
function columnsOf(change: JobChange): Updateable<JobsTables["jobs"]> {
  return {
    ...(change.status !== undefined && { status: change.status }),
    ...(change.input !== undefined && { input: JSON.stringify(change.input) }),
    ...(change.steps !== undefined && { steps: JSON.stringify(change.steps) }),
    ...("currentStep" in change && { current_step: change.currentStep ?? null }),
    ...(change.progress !== undefined && progressColumns(change.progress)),
    ...(change.cancelRequested !== undefined && { cancel_requested: Number(change.cancelRequested) }),
    ...(change.result !== undefined && { result: JSON.stringify(change.result) }),
    ...("error" in change && { error: errorColumn(change.error) }),
    ...("startedAt" in change && { started_at: change.startedAt ?? null }),
    ...("finishedAt" in change && { finished_at: change.finishedAt ?? null }),
  };
}

function progressColumns(progress: JobProgress): Pick<JobRow, "done_bytes" | "total_bytes"> {
  return { done_bytes: progress.doneBytes, total_bytes: progress.totalBytes };
}

function errorColumn(error: JobError | undefined): string | null {
  return error === undefined ? null : JSON.stringify(error);
}

/** `in` with an empty list is no SQL everywhere; `or` of nothing is false. */
function isOneOf(job: ExpressionBuilder<Tables, "jobs">, statuses: readonly JobStatus[]): Expression<SqlBool> {
  return statuses.length > 0 ? job("status", "in", statuses) : job.or([]);
}

/** The casts read back what `rowOf` and `columnsOf` wrote; nothing else writes this table. */
function recordOf(row: JobRow): JobRecord {
  return {
    id: row.id,
    kind: row.kind,
    projectId: row.project_id,
    subjectId: row.subject_id ?? undefined,
    status: row.status as JobStatus,
    input: JSON.parse(row.input) as Json,
    steps: JSON.parse(row.steps) as readonly StepRecord[],
    currentStep: row.current_step ?? undefined,
    progress: { doneBytes: row.done_bytes, totalBytes: row.total_bytes },
    cancelRequested: row.cancel_requested === 1,
    result: JSON.parse(row.result) as Json,
    error: row.error === null ? undefined : (JSON.parse(row.error) as JobError),
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
  };
}
