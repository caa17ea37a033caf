import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobRecord, JobStatus } from "@tintype/jobs/job-record.ts";
import { requireRights } from "../identity/require-rights.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Principal } from "../ports/principal.ts";
import { taskKinds } from "./import-work.ts";

/** What these use cases need. */
export interface ImageTasksDeps {
  readonly catalog: Catalog;
}

/** Only administrators see the tasks of everybody. */
export const tasksAction = "tintype:images:useAny";
const kinds = taskKinds;
const mostTasks = 1000;

/**
 * The tasks of an image, newest first. Others who see the image do not see where it came from: there are none for them.
 *
 * Throws  IMG.0026, IMG.0027
 */
export async function tasksOfImage({ catalog }: ImageTasksDeps, principal: Principal, id: string): Promise<readonly JobRecord[]> {
  const caller = imageCaller(principal, "ims:images:get");
  const image = await findImage(catalog, caller, id);
  const isForCaller = caller.isAdministrator || image.projectId === caller.projectId;
  return isForCaller ? await catalog.jobs.list({ subjectId: image.id, kinds, limit: mostTasks }) : [];
}

/** A page of everybody's tasks, newest first. Throws  api.operatorsOnly */
export async function listTasks(
  { catalog }: ImageTasksDeps,
  principal: Principal,
  page: { readonly limit: number; readonly before?: string | undefined; readonly status?: readonly JobStatus[] | undefined },
): Promise<readonly JobRecord[]> {
  requireAdministrator(principal);
  const { limit, before, status } = page;
  return await catalog.jobs.list({ kinds, limit, ...(before !== undefined && { before }), ...(status !== undefined && { status }) });
}

/** One task. Throws  api.operatorsOnly, image.taskNotFound */
export async function getTask({ catalog }: ImageTasksDeps, principal: Principal, id: string): Promise<JobRecord> {
  requireAdministrator(principal);
  const job = await catalog.jobs.get(id);
  if (job === undefined || !taskKinds.includes(job.kind)) {
    throw new ServiceError("image.taskNotFound", { id: id.slice(0, 100) });
  }
  return job;
}

/** Throws  api.operatorsOnly */
export function requireAdministrator(principal: Principal): void {
  requireRights(principal, [tasksAction]);
}
