import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { backendContract, filesInParts } from "@tintype/store/backend/backend.contract.ts";
import type { BackendPlace } from "@tintype/store/backend/backend.contract.ts";
import { openS3Backend } from "@tintype/store/backend/s3/open-s3-backend.ts";
import { ObsSetup } from "../api/obs-setup.ts";

/** A store may be kept in a bucket of another instance of the service. */
async function bucketOfOurs(): Promise<BackendPlace> {
  const obs = await ObsSetup.start();
  const bucket = "store-of-another";
  await obs.client().send(new CreateBucketCommand({ Bucket: bucket }));
  const { access, secret } = obs.world.user("member");
  return {
    open: () =>
      openS3Backend({
        endpoint: obs.world.endpoint,
        region: "local-1",
        bucket,
        prefix: "",
        credentials: { accessKeyId: access, secretAccessKey: secret },
      }),
    [Symbol.asyncDispose]: () => obs[Symbol.asyncDispose](),
  };
}

backendContract("S3 at our own bucket endpoint", bucketOfOurs, filesInParts);
