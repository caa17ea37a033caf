import { backoffMs } from "./backoff.ts";
import type { JobStep } from "./job-kind.ts";
import type { JobProgress, Json } from "./job-record.ts";
import type { JobRun } from "./job-run.ts";
import { judgeFailure } from "./judge-failure.ts";
import { pause } from "./pause.ts";
import { ProgressWriter } from "./progress-writer.ts";
import { toJson } from "./to-json.ts";

type Outcome = { readonly output: Json } | { readonly thrown: unknown };

/**
 * Runs one step until it is finished or there is no way forward. What came of it is in the row when this returns.
 *
 * Throws  JobInterrupted when the process stops: the row says nothing of it, so the step is started again at the next start
 */
export async function runStep(run: JobRun, step: JobStep): Promise<void> {
  const maxAttempts = step.maxAttempts ?? 1;
  while (run.mayGoForward()) {
    const attempt = run.step(step.name).attempts + 1;
    if (attempt > Math.max(maxAttempts, run.env.maxStarts)) {
      await run.save({ error: neverEnds(step, attempt - 1) });
      return;
    }
    await run.saveStep(step.name, { attempts: attempt }, { currentStep: step.name, progress: { doneBytes: 0, totalBytes: 0 } });
    if (!run.mayGoForward() || (await attemptStep(run, step, { attempt, maxAttempts })) === "settled") {
      return;
    }
    await pause(run.env.timers, backoffMs(attempt), run.interrupts.steps);
  }
}

async function attemptStep(
  run: JobRun,
  step: JobStep,
  { attempt, maxAttempts }: { readonly attempt: number; readonly maxAttempts: number },
): Promise<"settled" | "again"> {
  const { clock, timers } = run.env;
  const startedAt = clock.now();
  const progress = new ProgressWriter(timers, (value) => writeProgress(run, value));
  const outcome = await outcomeOf(run, step, progress);
  const last = await progress.stop();
  const change = last === undefined ? {} : { progress: last };
  const told = { step: step.name, attempt, durationMs: clock.now() - startedAt };
  if ("output" in outcome) {
    await run.saveStep(step.name, { finishedAt: clock.now(), output: outcome.output }, change);
    run.log({ event: "stepFinished", ...told });
    return "settled";
  }
  run.interrupts.shutdown.throwIfAborted();
  if (run.interrupts.isCancelled) {
    run.log({ event: "stepInterrupted", ...told, error: outcome.thrown });
    return "settled";
  }
  const { retryable, error } = judgeFailure(run, outcome.thrown);
  if (retryable && attempt < maxAttempts) {
    run.log({ event: "stepRetried", ...told, error: outcome.thrown });
    return "again";
  }
  await run.save({ ...change, error });
  run.log({ event: "stepFailed", ...told, error: outcome.thrown });
  return "settled";
}

async function outcomeOf(run: JobRun, step: JobStep, progress: ProgressWriter): Promise<Outcome> {
  try {
    return { output: toJson(await step.run(run.context(run.interrupts.steps, (value) => progress.report(value)))) };
  } catch (thrown) {
    return { thrown };
  }
}

/** A progress value that cannot be written is no reason to stop the step; its last write will tell. */
async function writeProgress(run: JobRun, progress: JobProgress): Promise<void> {
  try {
    await run.saveOnce({ progress });
  } catch (error) {
    run.log({ event: "progressFailed", error });
  }
}

function neverEnds(step: JobStep, starts: number): { readonly code: string; readonly message: string } {
  const message = `The step "${step.name}" was started ${starts} times and the service ended each time before the step did; it was given up`;
  return { code: "job.neverEnds", message };
}
