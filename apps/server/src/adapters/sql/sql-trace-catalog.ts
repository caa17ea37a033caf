import { sql } from "kysely";
import type { Expression, ExpressionBuilder, Kysely, SqlBool } from "kysely";
import type { TraceCatalog, TraceFilter, TraceRecord } from "../../ports/trace-catalog.ts";
import { preparedQuery } from "./prepared-query.ts";
import { pruneTraces } from "./prune-traces.ts";
import type { Tables } from "./tables.ts";
import { toTraceRecord, toTraceRow } from "./trace-row.ts";
import type { TraceRow } from "./trace-row.ts";

/** Traces in an SQL database. */
export function sqlTraceCatalog(db: Kysely<Tables>): TraceCatalog {
  return {
    async append(traces) {
      // Whoever takes numbers holds the row that counts them until the rows are there, so numbers become visible in order.
      await (db.isTransaction ? insertTraces(db, traces) : db.transaction().execute((transaction) => insertTraces(transaction, traces)));
    },

    async list(filter, { after, limit }) {
      let query = db
        .selectFrom("traces")
        .selectAll()
        .where((trace) => isVisible(trace, filter))
        .where((trace) => isAsked(trace, filter))
        .orderBy("made_at", "desc")
        .orderBy("number", "desc")
        .limit(limit);
      if (after !== undefined) {
        const marker = await db
          .selectFrom("traces")
          .select(["made_at", "number"])
          .where("id", "=", after)
          .where((trace) => isVisible(trace, filter))
          .executeTakeFirst();
        if (marker === undefined) {
          return undefined;
        }
        query = query.where(sql<boolean>`(made_at, number) < (${marker.made_at}, ${marker.number})`);
      }
      return (await query.execute()).map(toTraceRecord);
    },

    async callOfJob(jobId) {
      const rows = await db.selectFrom("traces").selectAll().where("job_id", "=", jobId).orderBy("number").execute();
      return rows.map(toTraceRecord).find(({ kind }) => kind === "call");
    },

    async lastNumber() {
      const row = await db.selectFrom("trace_numbers").select("last").executeTakeFirst();
      return row?.last ?? 0;
    },

    async numbered(projectId, { after, upTo, limit }) {
      const rows = await db
        .selectFrom("traces")
        .selectAll()
        .where("project_id", "=", projectId)
        .where("number", ">", after)
        .where("number", "<=", upTo)
        .orderBy("number")
        .limit(limit)
        .execute();
      return rows.map((row) => ({ number: row.number, trace: toTraceRecord(row) }));
    },

    prune: (instants) => pruneTraces(db, instants),
  };
}

async function insertTraces(db: Kysely<Tables>, traces: readonly TraceRecord[]): Promise<void> {
  const [row] = (await takeNumbers(db, { count: traces.length })).rows;
  if (row === undefined) {
    throw new Error("The numbers of traces were not counted on");
  }
  for (const [index, trace] of traces.entries()) {
    await insertTrace(db, toTraceRow(trace, row.last - traces.length + index + 1));
  }
}

const takeNumbers = preparedQuery<{ count: number }, { last: number }>((db, { count }) =>
  db
    .insertInto("trace_numbers")
    .values({ only: 1, last: count })
    .onConflict((conflict) => conflict.column("only").doUpdateSet({ last: sql`trace_numbers.last + ${count}` }))
    .returning("last"),
);

const insertTrace = preparedQuery<TraceRow>((db, row) =>
  db
    .insertInto("traces")
    .values(row)
    .onConflict((conflict) => conflict.column("id").doNothing()),
);

type Traces = ExpressionBuilder<Tables, "traces">;

/** Whose traces and of which time: what holds for a marker too. */
function isVisible(trace: Traces, { projectId, withUnassigned, from, to }: TraceFilter): Expression<SqlBool> {
  return trace.and([
    trace("project_id", "in", withUnassigned ? [projectId, ""] : [projectId]),
    trace("made_at", ">=", from),
    trace("made_at", "<=", to),
  ]);
}

function isAsked(trace: Traces, filter: TraceFilter): Expression<SqlBool> {
  const asked = {
    id: filter.id,
    service: filter.service,
    resource_type: filter.resourceType,
    resource_id: filter.resourceId,
    resource_name: filter.resourceName,
    name: filter.name,
    rating: filter.rating,
    user_name: filter.userName,
  };
  return trace.and(Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)));
}
