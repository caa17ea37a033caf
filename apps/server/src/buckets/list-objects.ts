import type { ObjectSummary } from "../ports/bucket-catalog.ts";
import type { BucketsDeps } from "./buckets-deps.ts";
import { requireBucket } from "./require-bucket.ts";
import type { BucketAddress } from "./require-bucket.ts";

/** Which part of a bucket to list. */
export interface ListRequest extends BucketAddress {
  readonly prefix: string;
  /** Keys that hold it behind the prefix are told as one common prefix, which ends with it. Empty: none. */
  readonly delimiter: string;
  /** Entries after this one: a key, or a common prefix. Empty: from the beginning. */
  readonly after: string;
  /** Keys and common prefixes together, at most so many. */
  readonly limit: number;
}

/** One page, in the order of UTF-8 bytes. */
export interface ListPage {
  readonly objects: readonly ObjectSummary[];
  readonly commonPrefixes: readonly string[];
  /** Where the next page goes on; undefined when this was the last. */
  readonly next: string | undefined;
}

/** A full page, and one more, which tells whether there is another page. */
const largestBatch = 1001;
const batchAfterSkip = 16;

/**
 * Lists a bucket as S3 does. A common prefix, however many keys it stands for, costs one short query.
 *
 * Memory  one batch of 1001 rows, and the page
 * Throws  obs.NoSuchBucket
 */
export async function listObjects(deps: Pick<BucketsDeps, "catalog" | "ceilings">, request: ListRequest): Promise<ListPage> {
  await requireBucket(deps.catalog, request);
  const objects: ObjectSummary[] = [];
  const commonPrefixes: string[] = [];
  const page = (next: string | undefined): ListPage => ({ objects, commonPrefixes, next });
  if (request.limit === 0) {
    return page(undefined);
  }
  let last = "";
  const resumedIn = commonPrefixOf(request.after, request);
  let after = resumedIn === undefined ? request.after : lastKeyUnder(resumedIn, deps.ceilings.keyBytes);
  let batchSize = Math.min(largestBatch, request.limit + 1);
  for (;;) {
    const batch = await deps.catalog.buckets.objects(request.bucket, { prefix: request.prefix, after, limit: batchSize });
    let skipped: string | undefined;
    for (const object of batch) {
      if (objects.length + commonPrefixes.length === request.limit) {
        return page(last);
      }
      skipped = commonPrefixOf(object.key, request);
      if (skipped !== undefined) {
        commonPrefixes.push(skipped);
        last = skipped;
        break;
      }
      objects.push(object);
      last = object.key;
    }
    if (skipped === undefined && batch.length < batchSize) {
      return page(undefined);
    }
    after = skipped === undefined ? last : lastKeyUnder(skipped, deps.ceilings.keyBytes);
    batchSize = skipped === undefined ? largestBatch : batchAfterSkip;
  }
}

/** The prefix up to and with the first delimiter behind the asked prefix, if the key has one there. */
function commonPrefixOf(key: string, { prefix, delimiter }: Pick<ListRequest, "prefix" | "delimiter">): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) {
    return undefined;
  }
  const found = key.indexOf(delimiter, prefix.length);
  return found === -1 ? undefined : key.slice(0, found + delimiter.length);
}

/** A text that no key under the prefix comes after: filled up with the last character there is, to the greatest length of a key. */
function lastKeyUnder(prefix: string, keyBytes: number): string {
  return prefix + "\u{10ffff}".repeat(Math.ceil(keyBytes / 4));
}
