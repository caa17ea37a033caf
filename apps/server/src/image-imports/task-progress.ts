import { hasEnded } from "@tintype/jobs/job-record.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { areSeveral } from "../images/wanted-stores.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { NamedStores } from "../ports/named-stores.ts";
import { taskKinds, taskWorkOf } from "./import-work.ts";

/** What a task has done, and has yet to do, to the stores of an image. */
export interface TaskProgress {
  /** Undefined once the task is over. */
  readonly unfinishedJobId: string | undefined;
  /** Names of the stores that it is yet to bring the content to. */
  readonly importing: readonly string[];
  /** Names of those that it could not bring it to. */
  readonly failed: readonly string[];
}

/** What finding out needs. */
export interface TaskProgressDeps {
  readonly catalog: Pick<Catalog, "jobs">;
  readonly stores: NamedStores;
}

/**
 * How far the newest task of an image is, or how it ended; undefined where there was none. Where there is one store, what is over is not
 * told any more, so nothing is looked up for most images.
 */
export async function taskProgress({ catalog, stores }: TaskProgressDeps, image: ImageRecord): Promise<TaskProgress | undefined> {
  if (!areSeveral(stores) && image.status !== "importing") {
    return undefined;
  }
  const [job] = await catalog.jobs.list({ subjectId: image.id, kinds: taskKinds, limit: 1 });
  return job && progressOf(job, image);
}

/** As `taskProgress` for the images of a page, by their ids, of tasks that are under way: one query, or none. */
export async function tasksUnderWay(
  { catalog, stores }: TaskProgressDeps,
  images: readonly ImageRecord[],
): Promise<ReadonlyMap<string, TaskProgress>> {
  const asked = areSeveral(stores) ? images : images.filter(({ status }) => status === "importing");
  if (asked.length === 0) {
    return new Map();
  }
  const subjectIds = asked.map(({ id }) => id);
  const jobs = await catalog.jobs.list({ subjectIds, kinds: taskKinds, status: ["queued", "running"], limit: asked.length });
  const byImage = new Map(jobs.map((job) => [job.subjectId, job]));
  return new Map(
    asked.flatMap((image) => {
      const job = byImage.get(image.id);
      return job === undefined ? [] : [[image.id, progressOf(job, image)] as const];
    }),
  );
}

function progressOf(job: JobRecord, image: ImageRecord): TaskProgress {
  const { stores: wanted } = taskWorkOf(job);
  const there: readonly string[] = image.status === "importing" ? [] : image.stores;
  const isOver = hasEnded(job);
  const told = new Set(job.status === "succeeded" || !isOver ? failedIn(job) : wanted);
  const failed = wanted.filter((name) => told.has(name) && !there.includes(name));
  return {
    unfinishedJobId: isOver ? undefined : job.id,
    importing: isOver ? [] : wanted.filter((name) => !there.includes(name) && !failed.includes(name)),
    failed,
  };
}

/** What the finished steps say of stores that failed. */
function failedIn({ steps }: JobRecord): readonly string[] {
  return steps.flatMap(({ output }) => ((output ?? {}) as { readonly failed?: readonly string[] }).failed ?? []);
}
