import type { ContentDigests, DigestAlgorithm, RunningDigest } from "../../ports/content-digests.ts";
import { newDigest } from "./new-digest.ts";

/** Computes digests at once, in the thread of the caller: for small contents and for tests. */
export function inlineDigests(): ContentDigests {
  return { start: startInlineDigest, async [Symbol.asyncDispose]() {} };
}

/** Starts digests in this thread: 1.2 ms for each MiB of MD5, so contents of a MiB at most hold nobody up. */
export function startInlineDigest(algorithms: readonly DigestAlgorithm[]): RunningDigest {
  const running = algorithms.map((algorithm) => ({ algorithm, digest: newDigest(algorithm) }));
  return {
    async update(bytes) {
      for (const { digest } of running) {
        digest.update(bytes);
      }
    },
    finish: async () => new Map(running.map(({ algorithm, digest }) => [algorithm, digest.hex()])),
    [Symbol.dispose]() {},
  };
}
