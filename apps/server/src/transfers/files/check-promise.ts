import { ServiceError } from "@tintype/contract/service-error.ts";
import type { DigestAlgorithm } from "../../ports/content-digests.ts";
import type { ContentPromise } from "../../ports/image-catalog.ts";

/** What a content turned out to be. */
interface FoundContent {
  readonly lengthBytes: number;
  readonly digests: ReadonlyMap<DigestAlgorithm, string>;
}

/** Algorithms that a promise names. */
export function promisedAlgorithms(promised: ContentPromise | undefined): readonly DigestAlgorithm[] {
  // The keys of the record are these.
  return Object.keys(promised?.digests ?? {}) as (keyof ContentPromise["digests"])[];
}

/** Throws  image.promiseBroken when a content is not what was said of it */
export function checkPromise(promised: ContentPromise | undefined, { lengthBytes, digests }: FoundContent): void {
  if (promised?.lengthBytes !== undefined && promised.lengthBytes !== lengthBytes) {
    throw broken(`it has ${lengthBytes} bytes, and ${promised.lengthBytes} were promised`);
  }
  for (const [algorithm, value] of Object.entries(promised?.digests ?? {})) {
    // Only algorithms of ours are promised.
    const found = digests.get(algorithm as DigestAlgorithm);
    if (found !== value) {
      throw broken(`its ${algorithm} is ${found}, and ${value} was promised`);
    }
  }
}

function broken(problem: string): ServiceError {
  return new ServiceError("image.promiseBroken", { problem });
}
