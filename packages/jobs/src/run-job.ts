import type { Interrupts } from "./interrupts.ts";
import type { JobKind } from "./job-kind.ts";
import { hasEnded } from "./job-record.ts";
import type { JobRecord, StepRecord } from "./job-record.ts";
import { JobRun } from "./job-run.ts";
import type { RunEnvironment } from "./job-run.ts";
import { runStep } from "./run-step.ts";
import { undoJob } from "./undo-job.ts";

/**
 * Takes a job from where its row says it is to its end: forward through the unfinished steps, or back through the undos.
 * The same way for a new job, after a crash, and after a failed write of the row. Answers the ended row, or undefined when there is no row.
 *
 * Throws  JobInterrupted when the process stops; whatever the records throw
 */
export async function runJob(env: RunEnvironment, id: string, interrupts: Interrupts): Promise<JobRecord | undefined> {
  const row = await env.records.get(id);
  if (row === undefined || hasEnded(row)) {
    return row;
  }
  const kind = env.kinds.get(row.kind);
  if (kind === undefined) {
    return await refuse(env, row);
  }
  const run = await take(env, { kind, row, interrupts });
  for (const step of kind.steps) {
    if (run.step(step.name).finishedAt === undefined) {
      await runStep(run, step);
    }
  }
  if (run.mustUndo) {
    await undoJob(run);
  } else {
    await succeed(run);
  }
  run.log({ event: "jobEnded", status: run.row.status });
  return run.row;
}

/** Makes the row say that the job runs, and which steps it has. */
async function take(env: RunEnvironment, work: { kind: JobKind; row: JobRecord; interrupts: Interrupts }): Promise<JobRun> {
  const { kind, row, interrupts } = work;
  const startedAt = row.cancelRequested ? row.startedAt : (row.startedAt ?? env.clock.now());
  const taken = await env.records.update(row.id, [row.status], { status: "running", startedAt, steps: plannedSteps(kind, row.steps) });
  if (taken === undefined) {
    throw new Error(`The job ${row.id} changed while it was being started`);
  }
  const run = new JobRun(env, { kind, row: taken, interrupts });
  run.log({ event: "jobStarted" });
  return run;
}

/** The kind's steps in order, with what the row knows of them; steps that only an older version had stay in front. */
function plannedSteps(kind: JobKind, known: readonly StepRecord[]): readonly StepRecord[] {
  const names = new Set(kind.steps.map((step) => step.name));
  const retired = known.filter((step) => !names.has(step.name));
  const current = kind.steps.map(({ name }) => known.find((step) => step.name === name) ?? { name, attempts: 0 });
  return [...retired, ...current];
}

async function succeed(run: JobRun): Promise<void> {
  const { settlingStep } = run;
  const result = (settlingStep && run.step(settlingStep.name).output) ?? null;
  await run.end({ status: "succeeded", result, currentStep: undefined, error: undefined });
}

async function refuse(env: RunEnvironment, row: JobRecord): Promise<JobRecord | undefined> {
  env.log({ event: "jobKindUnknown", jobId: row.id, kind: row.kind });
  const message = `This version has no job of the kind "${row.kind}", so job ${row.id} could neither be run nor undone`;
  const error = { code: "job.unknownKind", message };
  return await env.records.update(row.id, ["queued", "running"], { status: "failed", error, finishedAt: env.clock.now() });
}
