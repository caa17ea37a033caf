import assert from "node:assert/strict";
import { test } from "node:test";
import { testJobRecords } from "@tintype/jobs/job-records.contract.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import { sql } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import { sqlJobRecords } from "../sql/sql-job-records.ts";
import { openSqlite } from "./open-sqlite.ts";

testJobRecords("SQLite", async () => {
  const db = await openSqlite(":memory:");
  return { records: sqlJobRecords(db), [Symbol.asyncDispose]: () => db.destroy() };
});

test("a second job with an id that is there is a DuplicateError", async () => {
  await using db = await openSqlite(":memory:");
  const records = sqlJobRecords(db);
  const job = newJob({ id: "0".repeat(32), kind: "import", projectId: "p", input: null, now: 1 });
  await records.insert(job);
  await assert.rejects(records.insert(job), DuplicateError);
});

test("a job inserted in a transaction that fails is not there", async () => {
  await using db = await openSqlite(":memory:");
  const job = newJob({ id: "0".repeat(32), kind: "import", projectId: "p", input: null, now: 1 });
  const failing = db.transaction().execute(async (transaction) => {
    await sqlJobRecords(transaction).insert(job);
    throw new Error("quota");
  });
  await assert.rejects(failing, /quota/);
  assert.equal(await sqlJobRecords(db).get(job.id), undefined);
});

for (const [list, condition, index] of [
  ["all jobs", "true", "jobs_by_age"],
  ["a project's jobs", "project_id = 'p'", "jobs_by_project"],
  ["a subject's jobs", "subject_id = 's'", "jobs_by_subject"],
  ["the jobs of one status", "status = 'running'", "jobs_by_status"],
] as const) {
  test(`a page of ${list} is read from an index in its order, without sorting`, async () => {
    await using db = await openSqlite(":memory:");
    const page = sql<{ detail: string }>`explain query plan select * from jobs where ${sql.raw(condition)}
      and (created_at, id) < (select created_at, id from jobs where id = 'x') order by created_at desc, id desc limit 25`;
    const plan = (await page.execute(db)).rows.map((row) => row.detail).join("\n");
    assert.match(plan, new RegExp(`USING INDEX ${index}\\b`));
    assert.doesNotMatch(plan, /TEMP B-TREE/);
  });
}
