import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireObjectKey } from "../../../buckets/object-keys.ts";
import { openObject } from "../../../buckets/open-object.ts";
import { readRange } from "../../../buckets/read-range.ts";
import type { ByteRange } from "../../../buckets/read-range.ts";
import { requireObject } from "../../../buckets/require-object.ts";
import type { ObjectRecord } from "../../../ports/bucket-catalog.ts";
import { namesEtag } from "../etag.ts";
import { objectHeaders, overriddenHeaders } from "../object-headers.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import type { ObsRequest } from "../obs-request.ts";
import { parseRange } from "../parse-range.ts";
import { isWanted } from "../read-conditions.ts";
import { integerParameter } from "./list-parameters.ts";

/** GetObject: the object or a range of it, unless the caller has it already. */
export async function getObject({ services, request, address, principal }: ObsCall): Promise<ObsAnswer> {
  const opened = await openObject(services, address);
  try {
    await requireObjectKey(services.keys, principal, opened.object);
    const { answer, range } = describe(request, opened.object);
    if (range === undefined) {
      await opened[Symbol.asyncDispose]();
      return answer;
    }
    return {
      ...answer,
      body: {
        lengthBytes: range.end - range.start,
        bytes: (signal) => readRange(opened.source, range, signal),
        [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
      },
    };
  } catch (error) {
    await opened[Symbol.asyncDispose]();
    throw error;
  }
}

/** HeadObject: what GetObject would answer, without opening the content. */
export async function headObject({ services, request, address }: ObsCall): Promise<ObsAnswer> {
  const { answer, range } = describe(request, await requireObject(services.catalog, address));
  return range === undefined ? answer : { ...answer, headers: { ...answer.headers, "content-length": String(range.end - range.start) } };
}

/** Everything but the bytes; no range when there are none to send. */
function describe(request: ObsRequest, object: ObjectRecord): { readonly answer: ObsAnswer; readonly range: ByteRange | undefined } {
  const headers = { ...objectHeaders(object, request), ...overriddenHeaders(request) };
  const conditions = {
    ifMatch: request.header("if-match"),
    ifNoneMatch: request.header("if-none-match"),
    ifModifiedSince: request.header("if-modified-since"),
    ifUnmodifiedSince: request.header("if-unmodified-since"),
  };
  if (!isWanted(conditions, object)) {
    return { answer: { status: 304, headers: { ...headers, "content-type": undefined } }, range: undefined };
  }
  const { range, extra } = wantedRange(request, object);
  if (range === undefined) {
    return { answer: { status: 200, headers }, range: { start: 0, end: object.lengthBytes } };
  }
  const contentRange = `bytes ${range.start}-${range.end - 1}/${object.lengthBytes}`;
  return { answer: { status: 206, headers: { ...headers, ...extra, "content-range": contentRange } }, range };
}

interface WantedRange {
  readonly range: ByteRange | undefined;
  readonly extra?: Readonly<Record<string, string>>;
}

function wantedRange(request: ObsRequest, object: ObjectRecord): WantedRange {
  const partNumber = integerParameter(request.parameter("partNumber") ?? "", "partNumber");
  if (partNumber !== undefined) {
    return wantedPart(partNumber, object);
  }
  const ifRange = request.header("if-range");
  if (ifRange !== undefined && !namesEtag(ifRange, object.etag) && Date.parse(ifRange) !== Math.floor(object.modifiedAt / 1000) * 1000) {
    return { range: undefined };
  }
  return { range: parseRange(request.header("range"), object.lengthBytes) };
}

/** The part of that number, for clients that download an object in the parts it was uploaded in. */
function wantedPart(partNumber: number, object: ObjectRecord): WantedRange {
  const { parts } = object;
  const part = parts[partNumber - 1];
  if (part === undefined) {
    throw new ServiceError("obs.InvalidPartNumber", { partNumber, count: parts.length });
  }
  const start = parts.slice(0, partNumber - 1).reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const range = { start, end: start + part.lengthBytes };
  // A range of no bytes cannot be told; the whole is the same then.
  return part.lengthBytes === 0 ? { range: undefined } : { range, extra: { "x-amz-mp-parts-count": String(parts.length) } };
}
