import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import { checkRules } from "../images/check-rules.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { Limits } from "../quotas/limits.ts";
import { describeTransferError } from "../transfers/transfer-error.ts";
import { addMember, removeMember, restoreMember } from "./member-changes.ts";
import type { PriorMember } from "./member-changes.ts";
import { memberJobInput, memberJobKinds, refusedOf } from "./member-work.ts";
import type { MemberChange, MemberItem, Refused } from "./member-work.ts";
import { refusalOf } from "./refusal-of.ts";
import { shareRules } from "./share-rules.table.ts";

/** What the parts of these jobs need. */
export interface MemberJobsDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly limits: Limits;
}

/** Nothing of a call could be done. */
class AllRefused extends Error {
  override readonly name = "AllRefused";
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(refused.message);
    this.refused = refused;
  }
}

/**
 * Batches of changes of members: *look* notes what there is, *change* makes every change that its rules still allow; the result tells
 * what became of each. A job fails only when all are refused, with the first reason; what ends it early leaves everything as it was.
 *
 * Memory  at most 1000 pairs of image and project
 * Restart  a change that an earlier attempt made counts as made
 */
export function memberJobs(deps: MemberJobsDeps): readonly JobKind[] {
  return Object.values(memberJobKinds).map((name) => ({
    name,
    // They change a few rows: they need not wait behind imports.
    laneOf: () => "quick",
    steps: [
      { name: "look", run: (context) => look(deps, context) },
      { name: "change", run: (context) => change(deps, context), undo: (context) => restore(deps, context) },
    ],
    describeError: (error) => (error instanceof AllRefused ? error.refused : describeTransferError(error)),
  }));
}

async function look({ catalog }: MemberJobsDeps, { job }: StepContext): Promise<{ readonly prior: readonly PriorMember[] }> {
  const prior: PriorMember[] = [];
  for (const { imageId, memberId } of memberJobInput(job).items) {
    const member = await catalog.members.get(imageId, memberId);
    prior.push(member === undefined ? null : { status: member.status, createdAt: member.createdAt, updatedAt: member.updatedAt });
  }
  return { prior };
}

async function change(deps: MemberJobsDeps, { job, signal }: StepContext): Promise<{ readonly items: readonly MemberItem[] }> {
  const { change, items } = memberJobInput(job);
  const outcomes: MemberItem[] = [];
  for (const item of items) {
    signal.throwIfAborted();
    outcomes.push({ ...item, refused: item.refused ?? refusedOf(await refusalOf(() => apply(deps, change, item))) });
  }
  const [first] = outcomes;
  if (first?.refused && outcomes.every(({ refused }) => refused !== null)) {
    throw new AllRefused(first.refused);
  }
  return { items: outcomes };
}

/** Each in a transaction of its own, so that a long list keeps nobody waiting. */
async function apply({ catalog, clock, limits }: MemberJobsDeps, change: MemberChange, item: MemberItem): Promise<void> {
  const { imageId, memberId } = item;
  await catalog.transaction(async (catalog) => {
    if (change.kind === "remove") {
      await removeMember(catalog, item, clock.now());
      return;
    }
    const image = await catalog.images.get(imageId);
    const member = await catalog.members.get(imageId, memberId);
    if (image === undefined || (change.kind === "answer" && member === undefined)) {
      throw new ServiceError("IMG.0027", { id: imageId });
    }
    if (change.kind === "answer") {
      await catalog.members.changeStatus(imageId, memberId, change.status, clock.now());
      return;
    }
    // Whoever asked owned the image then, and images never change hands.
    checkRules(shareRules, { image, projectId: image.projectId, isAdministrator: false, limits, member });
    if (member === undefined) {
      await addMember(catalog, item, clock.now());
    }
  });
}

async function restore({ catalog, clock, limits }: MemberJobsDeps, { job, outputs }: StepContext): Promise<void> {
  // What the step above answered, through JSON that keeps every field of it.
  const { prior } = outputs["look"] as { readonly prior: readonly PriorMember[] };
  for (const [index, item] of memberJobInput(job).items.entries()) {
    if (item.refused === null) {
      await catalog.transaction((catalog) => restoreMember(catalog, item, prior[index] ?? null, { now: clock.now(), limits }));
    }
  }
}
