import type { Timers } from "@tintype/jobs/timers.ts";
import type { Limits } from "../quotas/limits.ts";
import { repeat } from "../upkeep/repeat.ts";
import { dayMs } from "./list-traces.ts";
import { saveTraces } from "./save-traces.ts";
import type { SaveTracesDeps } from "./save-traces.ts";
import type { TraceRecorder } from "./trace-recorder.ts";

/** What the schedule of the audit trail works with. */
export interface TraceScheduleDeps extends SaveTracesDeps {
  readonly timers: Timers;
  readonly limits: Pick<Limits, "traces">;
  readonly recorder: Pick<TraceRecorder, "recordUntraced">;
}

/** How often traces are saved. 0 leaves it out. */
export interface TraceScheduleSettings {
  readonly saveMinutes: number;
}

const [minuteMs, hourMs] = [60_000, 3_600_000];
/** Minutes of counting begin at any second. */
const untracedMs = 10_000;
/** Traces that could not be saved wait for so many days; then they go, so that a bucket that is gone does not fill the catalog for ever. */
const unsavedDays = 30;

/** Saves traces in buckets, removes those that are too old, and tells what was counted instead of traced, until disposal. */
export function startTraceSchedule(deps: TraceScheduleDeps, { saveMinutes }: TraceScheduleSettings): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  const save = async (signal: AbortSignal): Promise<void> => void (await saveTraces(deps, signal));
  if (saveMinutes > 0) {
    stack.use(repeat({ name: "The saving of traces", everyMs: saveMinutes * minuteMs, work: save }, deps));
  }
  stack.use(repeat({ name: "The removal of old traces", everyMs: hourMs, work: async () => pruneOldTraces(deps) }, deps));
  const tell = async (): Promise<void> => deps.recorder.recordUntraced();
  stack.use(repeat({ name: "The count of calls without traces", everyMs: untracedMs, work: tell }, deps));
  return stack;
}

/** Removes traces that are no longer shown, once they lie in a file where a tracker saves them. */
export async function pruneOldTraces({ catalog, clock, limits, log }: Omit<TraceScheduleDeps, "timers" | "recorder">): Promise<void> {
  const before = clock.now() - limits.traces.shownDays * dayMs;
  const unsavedBefore = Math.min(before, clock.now() - unsavedDays * dayMs);
  const { removed, unsaved } = await catalog.traces.prune({ before, unsavedBefore });
  if (unsaved > 0) {
    log.error({ unsaved }, "Traces were removed that could not be saved in their bucket");
  }
  if (removed > 0) {
    log.info({ removed }, "Removed old traces");
  }
}
