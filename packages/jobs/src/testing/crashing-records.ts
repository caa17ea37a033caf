import type { JobChange, JobRecords } from "../job-record.ts";

/** A process that dies at one write of a row: with the write lost (`before`), or done and not heard of (`after`). */
export type CrashPoint = (change: JobChange, writes: number) => "before" | "after" | undefined;

/** Records as a process sees them that dies on the way. */
export interface CrashingRecords {
  readonly records: JobRecords;
  /** Resolves when the crash point was met. From then on no call is ever answered, so the runner that uses these records stands still. */
  readonly crashed: Promise<void>;
}

/** Puts a crash between a runner and its records. `writes` counts the updates, from 1. */
export function crashingRecords(records: JobRecords, crashPoint: CrashPoint): CrashingRecords {
  const { promise: crashed, resolve: crash } = Promise.withResolvers<void>();
  let isDead = false;
  let writes = 0;
  const alive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isDead) {
      return await never<T>();
    }
    const result = await work();
    return isDead ? await never<T>() : result;
  };
  return {
    crashed,
    records: {
      insert: (job) => alive(() => records.insert(job)),
      get: (id) => alive(() => records.get(id)),
      list: (filter) => alive(() => records.list(filter)),
      update: (id, expected, change) =>
        alive(async () => {
          writes += 1;
          const point = crashPoint(change, writes);
          const row = point === "before" ? undefined : await records.update(id, expected, change);
          if (point !== undefined) {
            isDead = true;
            crash();
          }
          return row;
        }),
    },
  };
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
