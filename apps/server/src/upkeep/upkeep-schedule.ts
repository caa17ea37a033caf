import type { Timers } from "@tintype/jobs/timers.ts";
import type { BlobStore } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { purgeExpired } from "../recycle-bin/purge-image.ts";
import { removeExpiredUploads } from "../uploads/end-upload.ts";
import { backUpWhenDue } from "./back-up-catalog.ts";
import type { UpkeepDeps } from "./chunk-store-upkeep.ts";
import { repeat } from "./repeat.ts";
import type { RepeatedWork } from "./repeat.ts";
import { retryRemovals } from "./retry-removals.ts";
import { scrubStore } from "./scrub-store.ts";
import type { ScrubMetrics } from "./scrub-store.ts";
import type { Log } from "../ports/log.ts";
import type { StoreUpkeep } from "./store-upkeep.ts";

/** How often the service looks after its stores, how much of each it reads again. 0 leaves a work out. */
export interface UpkeepSettings {
  readonly collectHours: number;
  readonly scrubMiBPerMinute: number;
  readonly backupHours: number;
}

/** What the schedule works with. */
export interface ScheduleDeps extends UpkeepDeps {
  readonly store: BlobStore;
  readonly upkeep: StoreUpkeep;
  readonly timers: Timers;
  readonly log: Log;
  readonly metrics: ScrubMetrics;
}

const [minuteMs, hourMs, mebibyte] = [60_000, 3_600_000, 1024 * 1024];
const scrubStepMs = 10_000;

/** Collects, scrubs and backs up from time to time, until disposal. */
export function startUpkeepSchedule(deps: ScheduleDeps, settings: UpkeepSettings): AsyncDisposable {
  const stack = new AsyncDisposableStack();
  for (const { every, work } of scheduled(deps, settings)) {
    if (every > 0) {
      stack.use(repeat(work, deps));
    }
  }
  return stack;
}

function scheduled(deps: ScheduleDeps, settings: UpkeepSettings): readonly { readonly every: number; readonly work: RepeatedWork }[] {
  const { collectHours, scrubMiBPerMinute, backupHours } = settings;
  const bytes = Math.ceil((scrubMiBPerMinute * mebibyte * scrubStepMs) / minuteMs);
  const collect = async (signal: AbortSignal): Promise<void> => collectOrLeave(deps, signal);
  return [
    { every: collectHours, work: { name: "The collection", everyMs: collectHours * hourMs, work: collect } },
    ...deps.stores.all.map((store) => ({
      every: scrubMiBPerMinute,
      work: {
        name: `The scrub of the store "${store.name}"`,
        everyMs: scrubStepMs,
        work: async (signal: AbortSignal) => scrubStore(store, deps, { bytes, signal }),
      },
    })),
    // Also where nothing is recycled any more: images may still lie there from before.
    { every: 1, work: { name: "The recycle bin", everyMs: 10 * minuteMs, work: async (signal) => purgeDue(deps, signal) } },
    { every: 1, work: { name: "The end of uploads", everyMs: 10 * minuteMs, work: async (signal) => endExpiredUploads(deps, signal) } },
    {
      every: 1,
      work: { name: "The removal of deleted content", everyMs: 10 * minuteMs, work: async (signal) => removeAgain(deps, signal) },
    },
    // Looked at more often than it is due, so that restarts do not put it off for ever.
    {
      every: backupHours,
      work: { name: "The backup of the catalog", everyMs: 10 * minuteMs, work: async () => backUpWhenDue(deps, backupHours * hourMs) },
    },
  ];
}

async function collectOrLeave({ upkeep, log }: ScheduleDeps, signal: AbortSignal): Promise<void> {
  try {
    const report = await upkeep.collect({ dryRun: false, signal });
    log.info({ ...report }, "Collected what nobody uses any more");
  } catch (error) {
    // Somebody asked for one; it does this one's work.
    if (!isStoreError(error) || error.code !== "store.busy") {
      throw error;
    }
  }
}

async function purgeDue(deps: ScheduleDeps, signal: AbortSignal): Promise<void> {
  const images = await purgeExpired(deps, signal);
  if (images > 0) {
    deps.log.info({ images }, "Let deleted images go whose time in the recycle bin was over");
  }
}

async function removeAgain(deps: ScheduleDeps, signal: AbortSignal): Promise<void> {
  const blobs = await retryRemovals(deps, signal);
  if (blobs > 0) {
    deps.log.info({ blobs }, "Removed deleted content that a store had failed to remove");
  }
}

async function endExpiredUploads(deps: ScheduleDeps, signal: AbortSignal): Promise<void> {
  const uploads = await removeExpiredUploads(deps, signal);
  if (uploads > 0) {
    deps.log.info({ uploads }, "Let uploads go whose time was over");
  }
}
