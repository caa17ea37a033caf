import { parseSdkHmacAuthorization } from "@tintype/contract/signing/sdk-hmac-signature.ts";
import type { TraceRecorder } from "../../audit/trace-recorder.ts";
import type { Principal } from "../../ports/principal.ts";
import type { ObsAnswer } from "./obs-answer.ts";
import type { ObsRequest } from "./obs-request.ts";
import { operations, subresources } from "./operations.table.ts";

/** A request that has its answer, and who sent it, where that was found out. */
export interface AnsweredExchange {
  readonly request: ObsRequest | undefined;
  readonly principal: Principal | undefined;
  readonly answer: ObsAnswer;
  readonly sourceIp: string;
  readonly requestId: string;
}

/**
 * Leaves a trace of a request that makes or deletes a bucket, done or refused by whatever refused it. What happens to objects is data, not
 * administration, and leaves none.
 */
export async function traceExchange(
  { recorder }: { readonly recorder: Pick<TraceRecorder, "recordCall"> },
  { request, principal, answer, sourceIp, requestId }: AnsweredExchange,
): Promise<void> {
  const name = request && tracedName(request);
  if (request === undefined || name === undefined) {
    return;
  }
  await recorder.recordCall({
    words: { service: "OBS", resourceType: "bucket", name },
    traced: { resourceId: request.bucket, resourceName: request.bucket },
    principal,
    accessKeyId: principal?.method === "signature" ? accessKeyOf(request) : undefined,
    method: request.method,
    path: request.target.split("?", 1)[0] ?? "",
    pathParameters: {},
    body: undefined,
    answer: answer.errorCode === undefined ? undefined : { code: answer.errorCode },
    status: answer.status,
    sourceIp,
    requestId,
  });
}

/** What the request asks for, in the words of the audit trail; it is found before anybody is known, so that refusals are traced too. */
function tracedName({ method, bucket, key, query }: ObsRequest): string | undefined {
  const isAboutBucket = bucket !== "" && key === "" && !query.some(([name]) => subresources.has(name));
  return isAboutBucket ? operations.find((operation) => operation.about === "bucket" && operation.method === method)?.trace : undefined;
}

/** The access key that a signature names: of S3, in a header or the query, of OBS, or of the service's own kind. */
function accessKeyOf(request: ObsRequest): string | undefined {
  const authorization = request.header("authorization") ?? "";
  const [, access] =
    /^AWS4-HMAC-SHA256 .*?Credential=([^/,]+)\//.exec(authorization) ??
    /^OBS ([^:]+):/.exec(authorization) ??
    /^([^/]+)\//.exec(request.parameter("X-Amz-Credential") ?? "") ??
    [];
  return access ?? parseSdkHmacAuthorization(authorization)?.access;
}
