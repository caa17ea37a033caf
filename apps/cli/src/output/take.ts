/** The first `limit` items of a list that comes in pages; all of them without a limit. */
export async function take<T>(items: AsyncIterable<T>, limit: number | undefined): Promise<readonly T[]> {
  const taken: T[] = [];
  for await (const item of items) {
    taken.push(item);
    if (taken.length === limit) {
      break;
    }
  }
  return taken;
}
