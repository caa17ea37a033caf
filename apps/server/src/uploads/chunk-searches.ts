import { ServiceError } from "@tintype/contract/service-error.ts";
import { Limiter } from "@tintype/store/backend/timing/limiter.ts";
import type { ProjectId } from "../ports/ids.ts";

/** Searches that are under way at a time: each reads the manifests of a project. */
const mostAtOnce = 4;
/** Searches of one project that wait or are under way; only one of them is under way. */
const mostOfProject = 16;

interface Searching {
  readonly turns: Limiter;
  count: number;
}

/**
 * Lets few searches for chunks run at a time, and one of a project, so that nobody waits long for what others ask.
 *
 * Memory  what four searches hold, and 16 that wait for each project
 */
export class ChunkSearches {
  readonly #all = new Limiter(mostAtOnce);
  readonly #projects = new Map<ProjectId, Searching>();

  /** Runs a search in its turn. Throws  tus.tooManyQuestions; the signal's reason when it is given before that */
  async run<T>(projectId: ProjectId, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const searching = this.#projects.get(projectId) ?? { turns: new Limiter(1), count: 0 };
    if (searching.count >= mostOfProject) {
      throw new ServiceError("tus.tooManyQuestions", { count: searching.count });
    }
    this.#projects.set(projectId, searching);
    searching.count += 1;
    try {
      return await searching.turns.run(() => this.#all.run(work, signal), signal);
    } finally {
      searching.count -= 1;
      if (searching.count === 0) {
        this.#projects.delete(projectId);
      }
    }
  }
}
