import type { Backend, KeptFile } from "./backend.ts";
import { Limiter } from "./timing/limiter.ts";

/**
 * A backend with at most `concurrency` calls under way at a time; the others wait in the order they came, and a read that is
 * aborted leaves the queue. A listing takes a place only while it waits for its next file, so that files can be read while listing.
 */
export function limitedBackend(backend: Backend, { concurrency }: { readonly concurrency: number }): Backend {
  const limiter = new Limiter(concurrency);
  return {
    place: backend.place,
    put: (name, content) => limiter.run(() => backend.put(name, content)),
    read: (name, offset, targets, options = {}) => limiter.run(() => backend.read(name, offset, targets, options), options.signal),
    sizeOf: (name) => limiter.run(() => backend.sizeOf(name)),
    list: (prefix) => limitedListing(backend.list(prefix), limiter),
    remove: (name) => limiter.run(() => backend.remove(name)),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

async function* limitedListing(files: AsyncIterable<KeptFile>, limiter: Limiter): AsyncGenerator<KeptFile, void, undefined> {
  const iterator = files[Symbol.asyncIterator]();
  try {
    for (let next = await limiter.run(() => iterator.next()); next.done !== true; next = await limiter.run(() => iterator.next())) {
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
