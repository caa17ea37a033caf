import { availableParallelism } from "node:os";
import { ChunkSlots } from "@tintype/store/chunk/chunk-slots.ts";
import type { ContentDigests, DigestAlgorithm } from "../../ports/content-digests.ts";
import { DigestThread } from "./digest-thread.ts";
import { startInlineDigest } from "./inline-digests.ts";
import { ThreadedDigest, digestBlockBytes } from "./threaded-digest.ts";
import type { DigestShare } from "./threaded-digest.ts";

/** Contents up to this size are digested by the caller's thread: handing them over would take longer. */
const inlineLimitBytes = 1024 * 1024;

/** Each of these takes longer than everything else that is done with a content. */
const slow: ReadonlySet<DigestAlgorithm> = new Set(["md5", "sha1", "sha256", "sha512"]);

/**
 * Computes digests of large contents in worker threads, so that the event loop only copies (0.14 ms for each MiB, where MD5
 * and SHA-256 take 1.8 ms). The slow ones of a content are computed side by side. Threads start when they are needed first.
 *
 * Memory  four blocks of 512 KiB a thread, at least eight, for all contents together, and about 10 MiB a thread
 */
export function threadedDigests(options: { readonly threads: number } = { threads: usualThreads() }): ContentDigests {
  const blocks = new ChunkSlots(digestBlockBytes, Math.max(8, 4 * options.threads));
  const threads: DigestThread[] = [];
  /** The threads that have least to do. */
  const leastBusy = (count: number): readonly DigestThread[] => {
    const alive = threads.filter((thread) => thread.isAlive).toSorted((one, other) => one.load - other.load);
    const idle = alive.filter(({ load }) => load === 0).length;
    const missing = Math.max(Math.min(count - idle, options.threads - alive.length), 0);
    const started = Array.from({ length: missing }, () => new DigestThread());
    threads.push(...started);
    return [...started, ...alive].slice(0, count);
  };
  const sharesOf = (algorithms: readonly DigestAlgorithm[]): readonly DigestShare[] => {
    const wanted = Math.max(algorithms.filter((algorithm) => slow.has(algorithm)).length, 1);
    const chosen = leastBusy(Math.min(wanted, options.threads));
    const inOrder = algorithms.toSorted((one, other) => Number(slow.has(other)) - Number(slow.has(one)));
    return chosen.map((thread, place) => ({ thread, algorithms: inOrder.filter((_, index) => index % chosen.length === place) }));
  };
  return {
    start: (algorithms, expectedBytes) =>
      expectedBytes <= inlineLimitBytes ? startInlineDigest(algorithms) : new ThreadedDigest(sharesOf(algorithms), blocks),
    async [Symbol.asyncDispose]() {
      await Promise.all(threads.splice(0).map((thread) => thread.close()));
    },
  };
}

/** Two of the slow ones are computed side by side wherever it is. */
function usualThreads(): number {
  return Math.min(Math.max(availableParallelism(), 2), 8);
}
