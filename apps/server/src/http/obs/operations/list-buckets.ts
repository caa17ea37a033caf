import { writeXml } from "../xml/write-xml.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { ownerNode } from "./owner-node.ts";

/** ListBuckets: those of the caller's project. */
export async function listBuckets({ services, principal, address }: ObsCall): Promise<ObsAnswer> {
  const buckets = await services.catalog.buckets.buckets(address.projectId);
  const body = writeXml([
    "ListAllMyBucketsResult",
    ownerNode(principal),
    [
      "Buckets",
      ...buckets.map(({ name, createdAt }) => ["Bucket", ["Name", name], ["CreationDate", new Date(createdAt).toISOString()]] as const),
    ],
  ]);
  return { status: 200, body };
}
