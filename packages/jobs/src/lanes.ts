/** Ids of jobs in order of arrival, and how many of them may run. */
interface Lane {
  readonly slots: number;
  readonly waiting: Set<string>;
  readonly running: Set<string>;
}

/**
 * Jobs that wait for their turn, and those that have it. Each lane has slots of its own, so that what is slow in one holds up no other.
 *
 * Memory  the ids of the jobs that wait or run
 */
export class Lanes {
  readonly #main: Lane;
  readonly #named: ReadonlyMap<string, Lane>;

  constructor(mainSlots: number, named: Readonly<Record<string, number>>) {
    this.#main = emptyLane(mainSlots);
    this.#named = new Map(Object.entries(named).map(([name, slots]) => [name, emptyLane(slots)]));
  }

  /** Puts a job behind the others of its lane; one without slots of its own is the main lane. Harmless for a job that is there already. */
  add(id: string, name: string | undefined): void {
    const lane = (name === undefined ? undefined : this.#named.get(name)) ?? this.#main;
    if (!lane.running.has(id)) {
      lane.waiting.add(id);
    }
  }

  /** Gives the next job its turn; undefined when none waits whose lane has a slot. */
  next(): string | undefined {
    for (const { slots, waiting, running } of this.#all()) {
      const [id] = waiting;
      if (id !== undefined && running.size < slots) {
        waiting.delete(id);
        running.add(id);
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

function emptyLane(slots: number): Lane {
  return { slots, waiting: new Set(), running: new Set() };
}
