import type { JobRecords } from "./job-record.ts";

const pageSize = 100;

/** Lists the ids of all queued and running jobs, oldest first. Memory: the ids, and one page of rows. */
export async function unfinishedJobs(records: JobRecords): Promise<readonly string[]> {
  const newestFirst: string[] = [];
  for (let before: string | undefined; ; before = newestFirst.at(-1)) {
    const cursor = before === undefined ? {} : { before };
    const page = await records.list({ status: ["queued", "running"], limit: pageSize, ...cursor });
    newestFirst.push(...page.map((job) => job.id));
    if (page.length < pageSize) {
      return newestFirst.toReversed();
    }
  }
}
