/** How many jobs of a lane run at the same time. */
export interface LaneSize {
  readonly slots: number;
  /** Of these, those of one project. Default: all. */
  readonly perProject?: number;
}

/** A job that is to wait for its turn. */
export interface WaitingJob {
  readonly id: string;
  /** Undefined, as one project, for jobs of which it is not known. */
  readonly projectId: string | undefined;
  /** Name of its lane; one without slots of its own is the main lane. */
  readonly lane: string | undefined;
}

/** The projects of jobs, by the jobs' ids. */
type Jobs = Map<string, string | undefined>;

interface Lane extends LaneSize {
  /** In the order of their turns; those of one project in order of arrival. */
  readonly waiting: Jobs;
  readonly running: Jobs;
}

/**
 * Jobs that wait for their turn, and those that have it. Each lane has slots of its own, so that what is slow in one holds up no other. Within
 * a lane the project that has the fewest jobs running is next, and of several the one whose last turn was longest ago: one with many jobs
 * does not keep others waiting until it is through.
 *
 * Memory  the ids of the jobs that wait or run, and of their projects
 */
export class Lanes {
  readonly #main: Lane;
  readonly #named: ReadonlyMap<string, Lane>;

  constructor(mainSlots: number, named: Readonly<Record<string, LaneSize>>) {
    this.#main = emptyLane({ slots: mainSlots });
    this.#named = new Map(Object.entries(named).map(([name, size]) => [name, emptyLane(size)]));
  }

  /** Puts a job behind the others of its project and lane. Harmless for a job that is there already. */
  add({ id, projectId, lane: name }: WaitingJob): void {
    const lane = (name === undefined ? undefined : this.#named.get(name)) ?? this.#main;
    if (!lane.running.has(id)) {
      lane.waiting.set(id, projectId);
    }
  }

  /** Gives the next job its turn; undefined when none waits that may run. */
  next(): string | undefined {
    for (const lane of this.#all()) {
      const id = lane.running.size < lane.slots ? fairest(lane) : undefined;
      if (id !== undefined) {
        start(lane, id);
        return id;
      }
    }
    return undefined;
  }

  /** The job waits and runs no more. */
  remove(id: string): void {
    for (const { waiting, running } of this.#all()) {
      waiting.delete(id);
      running.delete(id);
    }
  }

  clearWaiting(): void {
    for (const { waiting } of this.#all()) {
      waiting.clear();
    }
  }

  #all(): readonly Lane[] {
    return [this.#main, ...this.#named.values()];
  }
}

/** The other jobs of its project line up behind everybody. */
function start({ waiting, running }: Lane, id: string): void {
  const projectId = waiting.get(id);
  waiting.delete(id);
  running.set(id, projectId);
  const others = [...waiting].filter(([, project]) => project === projectId);
  for (const [other] of others) {
    waiting.delete(other);
    waiting.set(other, projectId);
  }
}

/** The first of the jobs whose project has the fewest running, and may have one more. */
function fairest({ waiting, running, perProject = Infinity }: Lane): string | undefined {
  const runningOf = new Map<string | undefined, number>();
  for (const projectId of running.values()) {
    runningOf.set(projectId, (runningOf.get(projectId) ?? 0) + 1);
  }
  let [found, fewest]: [string | undefined, number] = [undefined, perProject];
  for (const [id, projectId] of waiting) {
    const count = runningOf.get(projectId) ?? 0;
    if (count < fewest) {
      [found, fewest] = [id, count];
    }
    if (fewest === 0) {
      break;
    }
  }
  return found;
}

function emptyLane(size: LaneSize): Lane {
  return { ...size, waiting: new Map(), running: new Map() };
}
