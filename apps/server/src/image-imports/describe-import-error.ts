import { isServiceError, ServiceError } from "@tintype/contract/service-error.ts";
import type { JobError } from "@tintype/jobs/job-record.ts";
import { UrlError } from "../ports/url-reader.ts";
import { incomingRefused } from "../transfers/files/incoming-refused.ts";
import { describeTransferError, jobError } from "../transfers/transfer-error.ts";

/** Words what ended an import, for the job's row: never what was asked for, which may hold a key. */
export function describeImportError(thrown: unknown): JobError {
  const error =
    thrown instanceof UrlError ? new ServiceError("image.importFailed", { problem: bare(thrown.message) }) : incomingRefused(thrown);
  return isServiceError(error) && error.code.startsWith("image.") ? jobError(error.code, error.data) : describeTransferError(error);
}

/** Without the end of the sentence: it becomes part of another. */
function bare(message: string): string {
  return message.replace(/\.$/, "");
}
