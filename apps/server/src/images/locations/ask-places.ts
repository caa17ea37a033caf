import { ServiceError } from "@tintype/contract/service-error.ts";
import { UrlError } from "../../ports/url-reader.ts";
import type { UrlReader } from "../../ports/url-reader.ts";
import { bytesPerGiB } from "../../quotas/limits.ts";
import type { Limits } from "../../quotas/limits.ts";
import type { LocationChange } from "./location-change.ts";

/** What asking needs. */
export interface AskPlacesDeps {
  readonly urlReader: Pick<UrlReader, "open">;
  readonly limits: Limits;
}

/** A place has so long to answer, however it goes about it. */
const patienceMs = 30_000;

/**
 * Asks every new place whether there is something, and how long it is; nothing is read. What it answers now is no promise that the place
 * will be safe to open later: it is checked again then.
 *
 * Memory  none that counts: a piece of what comes before the connection is closed
 * Throws  image.urlRefused
 */
export async function askPlaces(deps: AskPlacesDeps, changes: readonly LocationChange[]): Promise<ReadonlyMap<string, number>> {
  const urls = changes.flatMap((change) => (change.op === "add" ? [change.location.url] : []));
  const answers = await Promise.all(urls.map(async (url) => [url, await askPlace(deps, url)] as const));
  return new Map(answers.flatMap(([url, lengthBytes]) => (lengthBytes === undefined ? [] : [[url, lengthBytes] as const])));
}

async function askPlace({ urlReader, limits }: AskPlacesDeps, url: string): Promise<number | undefined> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    await using opened = await urlReader.open(url, { maxBytes: limits.uploads.maxGiB * bytesPerGiB, signal });
    return opened.lengthBytes;
  } catch (error) {
    const late = signal.aborted ? `It did not answer within ${patienceMs / 1000} s.` : undefined;
    const problem = late ?? (error instanceof UrlError ? error.message : undefined);
    throw problem === undefined ? error : new ServiceError("image.urlRefused", { problem }, { cause: error });
  }
}
