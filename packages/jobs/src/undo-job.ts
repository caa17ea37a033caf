import { backoffMs } from "./backoff.ts";
import type { JobStep } from "./job-kind.ts";
import type { JobRecord } from "./job-record.ts";
import type { JobRun } from "./job-run.ts";
import { judgeFailure } from "./judge-failure.ts";
import { pause } from "./pause.ts";

/** How often an undo is tried before it is given up and the next one has its turn: over 3 seconds. */
const undoAttempts = 3;

/** How often a kind's `onEnded` is tried: over 4 minutes, since nothing comes after it that could make good what it left. */
const endingAttempts = 10;

/**
 * Undoes every step that was started, newest first, and ends the job as failed or cancelled. Goes on where a crash stopped it.
 * An undo that is given up stays in its step's record, and a cancelled job then ends as failed: cancelled means nothing is left behind.
 *
 * Throws  JobInterrupted when the process stops before the end
 */
export async function undoJob(run: JobRun): Promise<void> {
  for (const step of run.kind.steps.toReversed()) {
    const { attempts, undoneAt, undoError } = run.step(step.name);
    if (step.undo !== undefined && attempts > 0 && undoneAt === undefined && undoError === undefined) {
      await undoStep(run, step);
    }
  }
  await endUndone(run);
}

async function undoStep(run: JobRun, step: JobStep): Promise<void> {
  const failure = await tryRepeatedly(run, { event: "undoFailed", step: step.name, attempts: undoAttempts }, async () => {
    await step.undo?.(run.context(run.interrupts.shutdown, () => {}));
  });
  if (failure === undefined) {
    await run.saveStep(step.name, { undoneAt: run.env.clock.now() });
    run.log({ event: "stepUndone", step: step.name });
  } else {
    await run.saveStep(step.name, { undoError: judgeFailure(run, failure.thrown).error });
  }
}

async function endUndone(run: JobRun): Promise<void> {
  const error = run.row.error ?? run.row.steps.find((step) => step.undoError !== undefined)?.undoError;
  const end = { status: error === undefined ? "cancelled" : "failed", error } as const;
  const ended: JobRecord = { ...run.row, ...end, finishedAt: run.env.clock.now() };
  await tryRepeatedly(run, { event: "endingFailed", attempts: endingAttempts }, async () => {
    await run.kind.onEnded?.(ended);
  });
  await run.end(end);
}

/** Answers what the last attempt threw, or undefined once one succeeded. */
async function tryRepeatedly(
  run: JobRun,
  { attempts, ...told }: { readonly event: "undoFailed" | "endingFailed"; readonly step?: string; readonly attempts: number },
  work: () => Promise<void>,
): Promise<{ readonly thrown: unknown } | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    run.interrupts.shutdown.throwIfAborted();
    try {
      await work();
      return undefined;
    } catch (thrown) {
      run.interrupts.shutdown.throwIfAborted();
      const final = attempt === attempts;
      run.log({ ...told, attempt, final, error: thrown });
      if (final) {
        return { thrown };
      }
    }
    await pause(run.env.timers, backoffMs(attempt), run.interrupts.shutdown);
  }
}
