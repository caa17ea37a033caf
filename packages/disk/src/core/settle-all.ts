/**
 * Waits until every promise has ended, then throws the first failure, if any.
 *
 * Why  tasks write into memory that the caller owns: it must not come back while one of them is still at it, as `Promise.all` would
 */
export async function settleAll(tasks: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(tasks);
  const failed = results.find((result) => result.status === "rejected");
  if (failed !== undefined) {
    throw failed.reason;
  }
}
