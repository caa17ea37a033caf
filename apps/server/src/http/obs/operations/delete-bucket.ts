import { deleteBucket as remove } from "../../../buckets/delete-bucket.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";

/** DeleteBucket. */
export async function deleteBucket({ services, address }: ObsCall): Promise<ObsAnswer> {
  await remove(services, address);
  return { status: 204 };
}
