import type { StepContext } from "@tintype/jobs/job-kind.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { inBlocks } from "@tintype/store/chunk/in-blocks.ts";
import { newBlobKey } from "../images/image-keys.ts";
import type { ContentPromise, ImageRecord } from "../ports/image-catalog.ts";
import { UrlError } from "../ports/url-reader.ts";
import type { OpenUrl, OpenUrlOptions, UrlReader } from "../ports/url-reader.ts";
import { bytesPerGiB } from "../quotas/limits.ts";
import { receiveFile } from "../transfers/files/receive-file.ts";
import type { ReceivedFile } from "../transfers/files/receive-file.ts";
import type { TakeFileDeps } from "../transfers/files/take-file.ts";
import { importOf, statusDuring } from "./import-work.ts";
import type { ImageImport } from "./import-work.ts";

/** What fetching needs. */
export interface FetchDeps extends TakeFileDeps {
  readonly urlReader: UrlReader;
}

/** A place that is slower than this on the average, once some time has passed, holds up what others wait for. */
const [slowestBytesPerSecond, patienceMs] = [4096, 60_000];

/** Where a file lies, and how it is asked for. */
export interface FileAddress extends Omit<OpenUrlOptions, "maxBytes" | "signal"> {
  readonly url: string;
  /** What the file must be; anything when it is absent. */
  readonly promised?: ContentPromise | undefined;
}

/**
 * Fetches a file into the store. The address is checked now, whatever it was when it was given.
 *
 * Repeat  what an earlier attempt kept is replaced
 * Memory  as `receiveFile`
 * Throws  UrlError; image.gone when the image was deleted meanwhile; image.promiseBroken; as `receiveFile`
 */
export async function fetchFile(deps: FetchDeps, { url, promised, ...options }: FileAddress, context: StepContext): Promise<ReceivedFile> {
  const work = importOf(context.job);
  const { imageId, uploadedId } = work;
  const image = await importingImage(deps, work);
  await deps.store.remove(uploadedId);
  const key = image.encryption && (await newBlobKey(deps, image.encryption));
  const startedAt = deps.clock.now();
  const maxBytes = Math.min(deps.limits.uploads.maxGiB * bytesPerGiB, promised?.lengthBytes ?? Number.POSITIVE_INFINITY);
  await using opened = await deps.urlReader.open(url, { ...options, maxBytes, signal: context.signal });
  const upload = {
    lengthBytes: opened.lengthBytes,
    body: inBlocks(
      reported(opened, context, () => deps.clock.now() - startedAt),
      opened.lengthBytes,
    ),
    sha256: undefined,
  };
  const lookUp = async (): Promise<void> => {
    await importingImage(deps, work);
  };
  return await receiveFile(deps, upload, { blobId: uploadedId, key, record: { kind: "upload", imageId }, lookUp, promised });
}

/** The image, while it is being imported. Throws  image.gone */
export async function importingImage(
  { catalog }: Pick<FetchDeps, "catalog">,
  work: Pick<ImageImport, "imageId" | "method">,
): Promise<ImageRecord> {
  const image = await catalog.images.get(work.imageId);
  if (image?.status !== statusDuring(work)) {
    throw new ServiceError("image.gone", { id: work.imageId });
  }
  return image;
}

async function* reported(
  { pieces, lengthBytes }: OpenUrl,
  { progress, signal }: StepContext,
  elapsedMs: () => number,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for await (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
    doneBytes += piece.length;
    refuseSlow(doneBytes, elapsedMs());
    progress({ doneBytes, totalBytes: lengthBytes ?? doneBytes });
  }
}

/** Throws  UrlError */
function refuseSlow(doneBytes: number, elapsedMs: number): void {
  if (elapsedMs > patienceMs && doneBytes < (slowestBytesPerSecond * elapsedMs) / 1000) {
    throw new UrlError("failed", `Only ${doneBytes} bytes came in ${Math.round(elapsedMs / 1000)} s.`);
  }
}
