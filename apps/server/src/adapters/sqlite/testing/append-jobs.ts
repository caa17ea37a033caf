import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JobKind, JobStep, StepContext } from "@tintype/jobs/job-kind.ts";
import { createJobRunner } from "@tintype/jobs/job-runner.ts";
import { systemTimers } from "@tintype/jobs/system-timers.ts";
import { sqlJobRecords } from "../../sql/sql-job-records.ts";
import { systemClock } from "../../system-clock.ts";
import { openSqlite } from "../open-sqlite.ts";

/**
 * A process that recovers and runs the jobs of a folder's catalog, to be killed at any moment.
 * Each step adds its number to the job's file unless it is there, its undo takes it out, and both leave a line in the trace.
 */
const folder = process.argv[2] ?? "";
const stepMs = 8;

async function note(what: string, { job, signal }: StepContext, step: number): Promise<void> {
  appendFileSync(join(folder, "trace"), `${what} ${job.id} ${step}\n`);
  await systemTimers.sleep(stepMs, signal);
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

function appendStep(step: number): JobStep {
  return {
    name: String(step),
    async run(context) {
      const path = join(folder, context.job.id);
      await note("run", context, step);
      if (!linesOf(path).includes(String(step))) {
        appendFileSync(path, `${step}\n`);
      }
      await systemTimers.sleep(stepMs, context.signal);
      return step;
    },
    async undo(context) {
      const path = join(folder, context.job.id);
      await note("undo", context, step);
      const kept = linesOf(path).filter((line) => line !== String(step));
      writeFileSync(`${path}.new`, kept.map((line) => `${line}\n`).join(""));
      renameSync(`${path}.new`, path);
    },
  };
}

function kind(name: string, steps: readonly JobStep[]): JobKind {
  return { name, steps, describeError: (error) => ({ code: "test.failed", message: error instanceof Error ? error.message : "" }) };
}

const good = [0, 1, 2, 3, 4, 5].map(appendStep);
const failing: JobStep = {
  name: "6",
  run: async () => {
    throw new Error("corrupt");
  },
};

await using db = await openSqlite(join(folder, "catalog.sqlite"));
await using runner = createJobRunner({
  records: sqlJobRecords(db),
  kinds: [kind("append", good), kind("doomed", [...good, failing])],
  clock: systemClock,
  timers: systemTimers,
  maxConcurrent: 2,
});
const unfinished = await sqlJobRecords(db).list({ status: ["queued", "running"] });
await runner.recover();
process.stdout.write("started\n");
await Promise.all(unfinished.map(({ id }) => runner.wait(id)));
