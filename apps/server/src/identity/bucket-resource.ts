import type { ResourceFacts } from "./resource-facts.ts";

// Buckets are in no enterprise project of their own and have no tags.
const place = { enterpriseProjectId: "0", tags: [] } as const;

/** A bucket, as policies name it. */
export function bucketResource(bucket: string): ResourceFacts {
  return { type: "bucket", id: bucket, ...place };
}

/** An object, as policies name it. */
export function objectResource(bucket: string, key: string): ResourceFacts {
  return { type: "object", id: `${bucket}/${key}`, ...place };
}
