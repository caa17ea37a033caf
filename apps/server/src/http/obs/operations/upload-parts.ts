import { ServiceError } from "@tintype/contract/service-error.ts";
import { copyPart as copy } from "../../../buckets/copy-object.ts";
import { uploadPart as upload } from "../../../buckets/upload-part.ts";
import { checksumHeaders } from "../checksum-headers.ts";
import type { ObsAnswer } from "../obs-answer.ts";
import type { ObsCall } from "../obs-call.ts";
import { parseRange } from "../parse-range.ts";
import { writeXml } from "../xml/write-xml.ts";
import { copySourceOf } from "./copy-source.ts";
import { integerParameter } from "./list-parameters.ts";
import { uploadAddress } from "./upload-address.ts";

/** UploadPart. */
export async function uploadPart(call: ObsCall): Promise<ObsAnswer> {
  const { part, digests } = await upload(call.services, partAddress(call), call.payload());
  return { status: 200, headers: { etag: `"${part.etag}"`, ...checksumHeaders(digests) } };
}

/** UploadPartCopy: a part from an object that is there. */
export async function copyPart(call: ObsCall): Promise<ObsAnswer> {
  const header = call.request.header("x-amz-copy-source-range");
  const source = {
    ...copySourceOf(call),
    chooseRange({ lengthBytes }: { readonly lengthBytes: number }) {
      const range = parseRange(header, lengthBytes);
      if (header !== undefined && range === undefined) {
        throw new ServiceError("obs.InvalidArgument", { name: "x-amz-copy-source-range", reason: "it must be bytes=<first>-<last>" });
      }
      return range ?? { start: 0, end: lengthBytes };
    },
  };
  const { part } = await copy(call.services, source, partAddress(call));
  const modifiedAt = new Date(part.modifiedAt).toISOString();
  return { status: 200, body: writeXml(["CopyPartResult", ["LastModified", modifiedAt], ["ETag", `"${part.etag}"`]]) };
}

function partAddress(call: ObsCall) {
  const partNumber = integerParameter(call.request.parameter("partNumber") ?? "", "partNumber") ?? 0;
  return { ...uploadAddress(call), partNumber };
}
