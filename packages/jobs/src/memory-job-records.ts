import { defaultListLimit } from "./job-record.ts";
import type { JobFilter, JobRecord, JobRecords } from "./job-record.ts";

/** Job rows in memory, for tests. Rows are copied in and out, so nobody changes one behind the back of `update`. */
export function memoryJobRecords(): JobRecords {
  const rows = new Map<string, JobRecord>();
  return {
    async insert(job) {
      if (rows.has(job.id)) {
        throw new Error(`There is a job ${job.id} already`);
      }
      rows.set(job.id, structuredClone(job));
    },
    async get(id) {
      return structuredClone(rows.get(id));
    },
    async update(id, expected, change) {
      const row = rows.get(id);
      if (row === undefined || !expected.includes(row.status)) {
        return undefined;
      }
      rows.set(id, structuredClone({ ...row, ...change }));
      return structuredClone(rows.get(id));
    },
    async list(filter) {
      const newestFirst = [...rows.values()].sort(byAgeDescending);
      const start = filter.before === undefined ? 0 : newestFirst.findIndex((row) => row.id === filter.before) + 1;
      const after = start === 0 && filter.before !== undefined ? [] : newestFirst.slice(start);
      return structuredClone(after.filter((row) => matches(row, filter)).slice(0, filter.limit ?? defaultListLimit));
    },
  };
}

function byAgeDescending(a: JobRecord, b: JobRecord): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1);
}

function matches(row: JobRecord, { projectId, status, subjectId, subjectIds, kinds }: JobFilter): boolean {
  return (
    (projectId === undefined || row.projectId === projectId) &&
    (status === undefined || status.includes(row.status)) &&
    (kinds === undefined || kinds.includes(row.kind)) &&
    (subjectId === undefined || row.subjectId === subjectId) &&
    (subjectIds === undefined || (row.subjectId !== undefined && subjectIds.includes(row.subjectId)))
  );
}
