import { ServiceError, isServiceError } from "@tintype/contract/service-error.ts";
import { createBucket } from "../buckets/create-bucket.ts";
import type { BucketsDeps } from "../buckets/buckets-deps.ts";
import { requireBucket } from "../buckets/require-bucket.ts";
import type { BucketAddress } from "../buckets/require-bucket.ts";
import { mayDo } from "../identity/authorize.ts";
import { DuplicateError } from "../ports/catalog.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids, ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import type { TracePlace, TrackerRecord } from "../ports/tracker-catalog.ts";
import { auditCaller } from "./audit-caller.ts";

/** What the use cases of trackers need. */
export interface TrackerDeps {
  readonly catalog: Pick<Catalog, "traces" | "trackers" | "buckets" | "removals" | "transaction">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly ceilings: BucketsDeps["ceilings"];
}

/** Where a tracker shall save. */
export interface PlaceRequest extends Partial<Omit<TracePlace, "bucket">> {
  /** Empty to save nothing; undefined to keep the bucket. */
  readonly bucket: string | undefined;
  /** True to make the bucket. */
  readonly makesBucket: boolean;
}

/** What a tracker shall be. What is undefined stays, or is as by default. */
export interface TrackerRequest {
  readonly isEnabled: boolean | undefined;
  readonly place: PlaceRequest | undefined;
}

const defaults = { filePrefix: "", compression: "gzip", isSortedByService: true } as const;

/**
 * Makes the tracker of the caller's project. It saves what is traced from now on.
 *
 * Throws  identity.projectRequired, CTS.0002, CTS.0201, CTS.0211, CTS.0215, CTS.0216, CTS.0218, CTS.0231
 */
export async function createTracker(deps: TrackerDeps, principal: Principal, request: TrackerRequest): Promise<TrackerRecord> {
  const { projectId } = auditCaller(principal, "cts:tracker:create");
  const { catalog, clock, ids } = deps;
  if ((await catalog.trackers.get(projectId)) !== undefined) {
    throw new ServiceError("CTS.0201");
  }
  const place = await placeOf(deps, { projectId, principal, asked: request.place, current: undefined });
  const tracker: TrackerRecord = {
    id: ids.uuid(),
    projectId,
    domainId: principal.domainId,
    createdAt: clock.now(),
    isEnabled: request.isEnabled ?? true,
    place,
    madeBucket: request.place?.makesBucket === true,
    problem: undefined,
    savedTo: await catalog.traces.lastNumber(),
    batch: undefined,
  };
  try {
    await catalog.trackers.insert(tracker);
  } catch (error) {
    if (error instanceof DuplicateError) {
      throw new ServiceError("CTS.0201", {}, { cause: error });
    }
    throw error;
  }
  return tracker;
}

/**
 * Changes the tracker of the caller's project. While it is disabled, or has no bucket, calls are traced all the same; they are saved once
 * it saves again, if they are still there.
 *
 * Throws  as `createTracker`, and CTS.0214
 */
export async function updateTracker(deps: TrackerDeps, principal: Principal, request: TrackerRequest): Promise<void> {
  const { projectId } = auditCaller(principal, "cts:tracker:update");
  const { trackers } = deps.catalog;
  const tracker = await trackers.get(projectId);
  if (tracker === undefined) {
    throw new ServiceError("CTS.0214");
  }
  const place = await placeOf(deps, { projectId, principal, asked: request.place, current: tracker.place });
  const isMoved = place?.bucket !== tracker.place?.bucket;
  await trackers.update(projectId, {
    place,
    isEnabled: request.isEnabled ?? tracker.isEnabled,
    madeBucket: isMoved ? request.place?.makesBucket === true : tracker.madeBucket,
    // Whether it works turns out the next time.
    problem: undefined,
  });
}

/** Removes the tracker of the caller's project; its files and all traces stay. Throws  identity.projectRequired, CTS.0002, CTS.0214 */
export async function deleteTracker(deps: Pick<TrackerDeps, "catalog">, principal: Principal): Promise<void> {
  const { projectId } = auditCaller(principal, "cts:tracker:delete");
  if (!(await deps.catalog.trackers.remove(projectId))) {
    throw new ServiceError("CTS.0214");
  }
}

/** Shows the tracker of the caller's project; undefined when it has none. Throws  identity.projectRequired, CTS.0002 */
export async function findTracker(deps: Pick<TrackerDeps, "catalog">, principal: Principal): Promise<TrackerRecord | undefined> {
  const { projectId } = auditCaller(principal, "cts:tracker:list");
  return await deps.catalog.trackers.get(projectId);
}

interface PlaceChange {
  readonly projectId: ProjectId;
  readonly principal: Principal;
  readonly asked: PlaceRequest | undefined;
  readonly current: TracePlace | undefined;
}

async function placeOf(deps: TrackerDeps, { projectId, principal, asked, current }: PlaceChange): Promise<TracePlace | undefined> {
  const { bucket = current?.bucket ?? "", makesBucket, ...given } = asked ?? { bucket: undefined, makesBucket: false };
  if (given.filePrefix !== undefined && !/^[\w.-]{0,64}$/.test(given.filePrefix)) {
    throw new ServiceError("CTS.0218");
  }
  if (bucket === "") {
    return undefined;
  }
  if (!/^[a-z0-9][a-z0-9.-]{2,62}$/.test(bucket)) {
    throw new ServiceError("CTS.0231");
  }
  if (makesBucket && bucket !== current?.bucket) {
    await makeBucket(deps, principal, { projectId, bucket });
  } else {
    await checkBucket(deps, projectId, bucket);
  }
  return { ...defaults, ...current, ...given, bucket };
}

async function checkBucket({ catalog }: TrackerDeps, projectId: ProjectId, bucket: string): Promise<void> {
  try {
    await requireBucket(catalog, { projectId, bucket });
  } catch (error) {
    throw isServiceError(error) && error.code === "obs.NoSuchBucket" ? new ServiceError("CTS.0211", { bucket }, { cause: error }) : error;
  }
}

async function makeBucket(deps: TrackerDeps, principal: Principal, address: BucketAddress): Promise<void> {
  const { bucket } = address;
  if (!mayDo(principal, "obs:bucket:CreateBucket")) {
    throw new ServiceError("CTS.0216", { bucket, problem: "the action obs:bucket:CreateBucket is missing" });
  }
  try {
    await createBucket(deps, { ...address, storageClass: "STANDARD" });
  } catch (error) {
    if (!isServiceError(error)) {
      throw error;
    }
    const isTaken = error.code === "obs.BucketAlreadyExists" || error.code === "obs.BucketAlreadyOwnedByYou";
    throw isTaken
      ? new ServiceError("CTS.0215", { bucket }, { cause: error })
      : new ServiceError("CTS.0216", { bucket, problem: error.message.replace(/\.$/, "") }, { cause: error });
  }
}
