/**
 * Runs `work` on up to `depth` items at a time and answers the results in the order of the items.
 * However it ends, it returns only when no work is running any more, so that memory and files may then be given back.
 *
 * Memory  `depth` items and results
 * Throws  what `items` and `work` throw, in order
 */
export async function* inOrder<T, U>(items: AsyncIterable<T>, work: (item: T) => Promise<U>, depth: number): AsyncGenerator<U> {
  const iterator = items[Symbol.asyncIterator]();
  const running: Promise<U>[] = [];
  let ended = false;
  try {
    for (;;) {
      while (!ended && running.length < depth) {
        const item = await iterator.next();
        if (item.done === true) {
          ended = true;
        } else {
          running.push(startWatched(work, item.value));
        }
      }
      const first = running.shift();
      if (first === undefined) {
        return;
      }
      yield await first;
    }
  } finally {
    await Promise.allSettled(running);
    await iterator.return?.();
  }
}

/** Starts work whose failure is thrown in its turn: until then it must not count as unhandled. */
function startWatched<T, U>(work: (item: T) => Promise<U>, item: T): Promise<U> {
  const task = work(item);
  void Promise.allSettled([task]);
  return task;
}
