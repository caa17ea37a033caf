import type { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRunner } from "@tintype/jobs/job-runner.ts";
import { newJob } from "@tintype/jobs/new-job.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Ids, JobId, ProjectId } from "../ports/ids.ts";
import type { Limits } from "../quotas/limits.ts";
import { reserveJob } from "../quotas/reserve-job.ts";
import type { MemberPair } from "./member-changes.ts";
import { memberJobKinds, refusedOf } from "./member-work.ts";
import type { MemberChange, MemberItem, MemberJobInput } from "./member-work.ts";
import { refusalOf } from "./refusal-of.ts";

/** What the parts of these use cases need. */
export interface ShareDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly limits: Limits;
  readonly jobs: Pick<JobRunner, "dispatch">;
}

/** A batch of changes. */
export interface MemberCall {
  readonly projectId: ProjectId;
  readonly change: MemberChange;
  /** What the call is about, in the order of its results, at most 1000; throws what refuses the call as a whole. */
  pairs(catalog: Catalog): Promise<readonly MemberPair[]>;
  /** Throws what stands in the way of one change. */
  check(catalog: Catalog, pair: MemberPair): Promise<void>;
}

/**
 * Starts a job for the changes that are possible. A call of which nothing is possible is refused at once.
 *
 * Throws  the first refusal, when nothing else is left; IMG.0060
 */
export async function startMemberJob({ catalog, clock, ids, limits, jobs }: ShareDeps, call: MemberCall): Promise<JobId> {
  const { projectId, change } = call;
  // The port makes 32 hex digits.
  const id = ids.hex32() as JobId;
  await catalog.transaction(async (catalog) => {
    const items = await judged(catalog, call);
    const imageIds = new Set(items.map(({ imageId }) => imageId));
    // A job is listed with its image when it is about one.
    const subjectId = imageIds.size === 1 ? [...imageIds][0] : undefined;
    const input: MemberJobInput = { change, items };
    const job = newJob({ id, kind: memberJobKinds[change.kind], projectId, subjectId, input: { ...input }, now: clock.now() });
    await reserveJob(catalog, limits, job);
  });
  jobs.dispatch(id);
  return id;
}

async function judged(catalog: Catalog, call: MemberCall): Promise<readonly MemberItem[]> {
  const items: MemberItem[] = [];
  const refusals: ServiceError[] = [];
  for (const { imageId, memberId } of await call.pairs(catalog)) {
    const refusal = await refusalOf(() => call.check(catalog, { imageId, memberId }));
    items.push({ imageId, memberId, refused: refusedOf(refusal) });
    refusals.push(...(refusal === undefined ? [] : [refusal]));
  }
  if (refusals[0] !== undefined && refusals.length === items.length) {
    throw refusals[0];
  }
  return items;
}
