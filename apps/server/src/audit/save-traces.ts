import { isServiceError } from "@tintype/contract/service-error.ts";
import type { BucketsDeps } from "../buckets/buckets-deps.ts";
import { putObject } from "../buckets/put-object.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { NumberedTrace, TraceRecord } from "../ports/trace-catalog.ts";
import type { TraceBatch, TrackerRecord } from "../ports/tracker-catalog.ts";
import { traceFiles } from "./trace-file.ts";
import type { TraceFile } from "./trace-file.ts";

/** What saving needs. */
export interface SaveTracesDeps extends BucketsDeps {
  readonly catalog: Pick<Catalog, "buckets" | "removals" | "transaction" | "traces" | "trackers">;
  readonly clock: Clock;
  readonly log: Log;
  readonly region: string;
  /** A trace as files show it. */
  readonly describe: (trace: TraceRecord) => object;
}

/** Traces of one batch, at most 12 KiB each. */
const mostInBatch = 500;

/**
 * Saves what every tracker has not saved yet, in files of its bucket. A tracker that fails is logged and keeps its place; the others go on.
 * Answers how many traces were saved.
 *
 * Memory  one batch: 500 traces, four times
 * Throws  what the catalog throws while it lists the trackers
 */
export async function saveTraces(deps: SaveTracesDeps, signal?: AbortSignal): Promise<number> {
  let saved = 0;
  for (const tracker of await deps.catalog.trackers.saving()) {
    try {
      saved += await saveTracker(deps, tracker, signal);
    } catch (error) {
      deps.log.error({ err: error, projectId: tracker.projectId }, "The traces of a project could not be saved; it is tried again");
    }
  }
  return saved;
}

/** Batch by batch, as far as traces had come when it began. */
async function saveTracker(deps: SaveTracesDeps, tracker: TrackerRecord, signal: AbortSignal | undefined): Promise<number> {
  const { catalog } = deps;
  const last = await catalog.traces.lastNumber();
  let [current, saved] = [tracker, 0];
  for (;;) {
    const step = signal?.aborted === true ? "nothing" : await begunBatch(deps, current, last);
    if (step === "nothing") {
      return saved;
    }
    if (step !== "overtaken") {
      saved += await finishBatch(deps, current, step);
    }
    // Whoever changes or removes it meanwhile is heeded from the next batch on.
    const now = await catalog.trackers.get(tracker.projectId);
    if (now?.id !== tracker.id || !now.isEnabled || now.problem !== undefined) {
      return saved;
    }
    current = now;
  }
}

/** The batch that is under way, as an earlier process may have left it, or a new one. */
async function begunBatch(
  { catalog, clock }: SaveTracesDeps,
  tracker: TrackerRecord,
  last: number,
): Promise<TraceBatch | "nothing" | "overtaken"> {
  if (tracker.batch !== undefined || tracker.place === undefined) {
    return tracker.batch ?? "nothing";
  }
  const range = { after: tracker.savedTo, upTo: last, limit: mostInBatch };
  const upTo = (await catalog.traces.numbered(tracker.projectId, range)).at(-1)?.number;
  if (upTo === undefined) {
    return "nothing";
  }
  const batch = { upTo, place: tracker.place, begunAt: clock.now() };
  return (await catalog.trackers.beginBatch(tracker, batch)) ? batch : "overtaken";
}

/** Writes the files of a batch and moves the tracker behind it. Answers how many traces were saved. */
async function finishBatch(deps: SaveTracesDeps, tracker: TrackerRecord, batch: TraceBatch): Promise<number> {
  const { catalog, region, describe, log } = deps;
  const { projectId, id: trackerId } = tracker;
  const traces = await wholeBatch(deps, tracker, batch);
  try {
    for (const file of await traceFiles(traces, { batch, trackerId, region, describe })) {
      await putFile(deps, { projectId, bucket: batch.place.bucket }, file);
    }
  } catch (error) {
    if (!isServiceError(error) || error.code !== "obs.NoSuchBucket") {
      throw error;
    }
    // The bucket is gone, and the files with it: the batch is made anew once there is another one.
    await catalog.trackers.endBatch(trackerId, batch.upTo, false);
    await catalog.trackers.update(projectId, { problem: "noBucket" });
    log.warn({ projectId, bucket: batch.place.bucket }, "The bucket for the traces of a project is gone");
    return 0;
  }
  return (await catalog.trackers.endBatch(trackerId, batch.upTo, true)) ? traces.length : 0;
}

/** All of the batch's traces: they are the same however often they are read, since traces do not change. */
async function wholeBatch(
  { catalog }: SaveTracesDeps,
  { projectId, savedTo }: TrackerRecord,
  { upTo }: TraceBatch,
): Promise<readonly NumberedTrace[]> {
  return await catalog.traces.numbered(projectId, { after: savedTo, upTo, limit: upTo - savedTo });
}

async function putFile(
  deps: SaveTracesDeps,
  address: { readonly projectId: TrackerRecord["projectId"]; readonly bucket: string },
  { key, contentType, bytes }: TraceFile,
): Promise<void> {
  const body = (async function* () {
    yield bytes;
  })();
  const payload = { lengthBytes: bytes.length, body, algorithms: [], expected: () => [] };
  await putObject(deps, { ...address, key, contentType, metadata: {} }, payload);
}
