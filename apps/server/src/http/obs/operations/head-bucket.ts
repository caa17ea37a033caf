import { requireBucket } from "../../../buckets/require-bucket.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";

/** HeadBucket. */
export async function headBucket({ services, address }: ObsCall): Promise<ObsAnswer> {
  const { storageClass } = await requireBucket(services.catalog, address);
  const headers = {
    "x-amz-bucket-region": services.region,
    "x-obs-bucket-location": services.region,
    "x-obs-storage-class": storageClass,
  };
  return { status: 200, headers };
}
