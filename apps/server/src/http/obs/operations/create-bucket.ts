import { ServiceError } from "@tintype/contract/service-error.ts";
import { createBucket as create } from "../../../buckets/create-bucket.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { readXmlBody } from "../read-xml-body.ts";
import { storageClassOf } from "../storage-class.ts";

/** CreateBucket. A location may be named if it is this region; `us-east-1` is what the S3 dialect calls no location at all. */
export async function createBucket(call: ObsCall): Promise<ObsAnswer> {
  const { services, request, address } = call;
  const { region } = services;
  const hasBody = request.header("content-length") !== undefined || request.header("transfer-encoding") !== undefined;
  const configuration = hasBody ? await readXmlBody(call, call.payload(), "CreateBucketConfiguration") : undefined;
  // OBS calls it Location.
  const location = configuration?.text("LocationConstraint") ?? configuration?.text("Location") ?? "";
  if (!["", region, "us-east-1"].includes(location.trim())) {
    throw new ServiceError("obs.IllegalLocationConstraintException", { region, location: location.trim().slice(0, 100) });
  }
  await create(services, { ...address, storageClass: storageClassOf(request) ?? "STANDARD" });
  return { status: 200, headers: { location: `/${address.bucket}` } };
}
