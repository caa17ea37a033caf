import type { Buckets } from "@tintype/client/buckets.ts";
import type { Session } from "@tintype/client/session/session.ts";

/** Name of the bucket that files go through: the one that was named, or one that belongs to the project. */
export async function bucketName(session: Session, named: string | undefined): Promise<string> {
  return named ?? `tintype-${await session.projectId()}`;
}

/** Makes sure of the bucket that files go through. */
export async function chooseBucket(session: Session, buckets: Buckets, named: string | undefined, signal: AbortSignal): Promise<string> {
  const bucket = await bucketName(session, named);
  await buckets.ensure(bucket, { signal });
  return bucket;
}
