import { link, open, rm, stat } from "node:fs/promises";
import { isStoreError, StoreError } from "../store-error.ts";
import type { Backend, KeptFile, NewFile } from "./backend.ts";
import { retrying } from "./timing/retrying.ts";
import type { RetryPolicy } from "./timing/retrying.ts";
import type { Timers } from "./timing/timers.ts";

/** Bytes compared at a time. */
const compareBytes = 1024 * 1024;

function isTransient(error: unknown): boolean {
  return isStoreError(error) && error.code === "store.io";
}

/**
 * A backend that tries again what failed with `store.io`, and nothing else. Reads, sizes and removals can be repeated freely.
 * A put looks first whether the name is taken. When it is taken only after a try that failed, and the file there is the content
 * byte for byte, the put was done and its answer lost. (Of two puts of the same name and content at once, both may so succeed.)
 * A listing is begun again as long as it has named no file.
 *
 * Staged files need a file system with hard links: each try hands over a link.
 *
 * Memory  2 MiB while contents are compared
 */
export function retryingBackend(backend: Backend, options: { readonly policy: RetryPolicy; readonly timers: Timers }): Backend {
  const again = <T>(work: (attempt: number) => Promise<T>, signal?: AbortSignal): Promise<T> =>
    retrying(work, { ...options, signal, isTransient });
  return {
    place: backend.place,
    put: async (name, content) => {
      try {
        if ((await again(() => backend.sizeOf(name))) !== undefined) {
          throw new StoreError("store.exists", `There is a file ${name} in ${backend.place} already.`);
        }
        await again((attempt) => putOnce(backend, name, { content, attempt }));
      } finally {
        if ("stagedPath" in content) {
          await rm(content.stagedPath, { force: true });
        }
      }
    },
    read: (name, offset, targets, readOptions = {}) => again(() => backend.read(name, offset, targets, readOptions), readOptions.signal),
    sizeOf: (name) => again(() => backend.sizeOf(name)),
    list: (prefix) => listing(() => backend.list(prefix), again),
    remove: (name) => again(() => backend.remove(name)),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

async function putOnce(
  backend: Backend,
  name: string,
  { content, attempt }: { readonly content: NewFile; readonly attempt: number },
): Promise<void> {
  try {
    if ("bytes" in content) {
      await backend.put(name, content);
    } else {
      const stagedPath = `${content.stagedPath}.try-${attempt}`;
      await link(content.stagedPath, stagedPath);
      await backend.put(name, { stagedPath });
    }
  } catch (error) {
    const mayBeOurs = attempt > 1 && isStoreError(error) && error.code === "store.exists";
    if (!mayBeOurs || !(await isSame(backend, name, content))) {
      throw error;
    }
  }
}

async function isSame(backend: Backend, name: string, content: NewFile): Promise<boolean> {
  const sizeBytes = "bytes" in content ? content.bytes.length : (await stat(content.stagedPath)).size;
  if ((await backend.sizeOf(name)) !== sizeBytes) {
    return false;
  }
  await using staged = "bytes" in content ? undefined : await open(content.stagedPath, "r");
  const [ours, theirs] = [Buffer.allocUnsafe(compareBytes), Buffer.allocUnsafe(compareBytes)];
  for (let offset = 0; offset < sizeBytes;) {
    const piece =
      "bytes" in content
        ? content.bytes.subarray(offset, offset + compareBytes)
        : ours.subarray(0, (await staged?.read(ours, 0, compareBytes, offset))?.bytesRead ?? 0);
    const there = theirs.subarray(0, piece.length);
    if (piece.length === 0 || (await backend.read(name, offset, [there])) !== piece.length || !there.equals(piece)) {
      return false;
    }
    offset += piece.length;
  }
  return true;
}

async function* listing(
  begin: () => AsyncIterable<KeptFile>,
  again: <T>(work: () => Promise<T>) => Promise<T>,
): AsyncGenerator<KeptFile, void, undefined> {
  const { iterator, first } = await again(async () => {
    const iterator = begin()[Symbol.asyncIterator]();
    return { iterator, first: await iterator.next() };
  });
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) {
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
