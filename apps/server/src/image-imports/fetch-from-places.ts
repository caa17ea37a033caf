import { isServiceError, ServiceError } from "@tintype/contract/service-error.ts";
import type { StepContext } from "@tintype/jobs/job-kind.ts";
import { UrlError } from "../ports/url-reader.ts";
import type { ReceivedFile } from "../transfers/files/receive-file.ts";
import { fetchFile, importingImage } from "./fetch-file.ts";
import type { FetchDeps } from "./fetch-file.ts";
import { importOf } from "./import-work.ts";

/**
 * Fetches the content of an image that is active elsewhere: from the first of its places that gives what was promised of it. Every address is
 * checked now, whatever it was when it was added.
 *
 * Repeat  as `fetchFile`
 * Memory  as `fetchFile`
 * Throws  what the last place did wrong; as `fetchFile`
 */
export async function fetchFromPlaces(deps: FetchDeps, context: StepContext): Promise<ReceivedFile> {
  const { locations, promised } = await importingImage(deps, importOf(context.job));
  let failure: unknown = new ServiceError("image.importFailed", { problem: "the image has no location" });
  for (const { url } of locations) {
    try {
      return await fetchFile(deps, { url, promised }, context);
    } catch (error) {
      context.signal.throwIfAborted();
      if (!isFaultOfPlace(error)) {
        throw error;
      }
      failure = error;
    }
  }
  throw failure;
}

function isFaultOfPlace(error: unknown): boolean {
  return error instanceof UrlError || (isServiceError(error) && error.code === "image.promiseBroken");
}
