import type { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { ImageId, ProjectId } from "../ports/ids.ts";
import { jobError } from "../transfers/transfer-error.ts";

/** Names of the job kinds that change members; also their names in both job queries. */
export const memberJobKinds = {
  add: "imsAddImageMembersJob",
  answer: "imsUpdateImageMembersJob",
  remove: "imsDelImageMembersJob",
} as const;

/** What a call changes about members. */
export type MemberChange =
  | { readonly kind: "add" }
  | { readonly kind: "remove" }
  | { readonly kind: "answer"; readonly status: "accepted" | "rejected" };

/** Why something was refused. */
export type Refused = { readonly code: string; readonly message: string; readonly messageZh?: string };

/** A refusal as a job remembers it. */
export function refusedOf(refusal: ServiceError | undefined): Refused | null {
  return refusal === undefined ? null : { ...jobError(refusal.code, refusal.data) };
}

/** One image and one project of a call, and why nothing was changed there, if so. */
export type MemberItem = { readonly imageId: ImageId; readonly memberId: ProjectId; readonly refused: Refused | null };

/** What a job is about: items that were refused already when it was asked for, and those that it shall change. */
export type MemberJobInput = { readonly change: MemberChange; readonly items: readonly MemberItem[] };

/** What a job of these kinds did, in the order of its call; undefined for other jobs, and for one that is not over. */
export function memberResults(job: JobRecord): (MemberJobInput & { readonly isDone: boolean }) | undefined {
  const kinds: readonly string[] = Object.values(memberJobKinds);
  if (!kinds.includes(job.kind) || job.finishedAt === undefined) {
    return undefined;
  }
  const input = memberJobInput(job);
  // The result is what the last step answered.
  return job.status === "succeeded"
    ? { ...input, items: (job.result as { readonly items: readonly MemberItem[] }).items, isDone: true }
    : { ...input, isDone: false };
}

/** Rows of these kinds are inserted by `startMemberJob` alone. */
export function memberJobInput(job: JobRecord): MemberJobInput {
  return job.input as unknown as MemberJobInput;
}
