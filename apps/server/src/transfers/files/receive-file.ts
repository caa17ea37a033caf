import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobId, BlobKey, BlobStore } from "@tintype/store/blob-store.ts";
import type { ContentDigests, DigestAlgorithm } from "../../ports/content-digests.ts";
import type { ContentPromise, ImageFile } from "../../ports/image-catalog.ts";
import { bytesPerGiB } from "../../quotas/limits.ts";
import type { Limits } from "../../quotas/limits.ts";
import type { Upload } from "../native/receive-upload.ts";
import { checkPromise, promisedAlgorithms } from "./check-promise.ts";

/** What receiving needs. */
export interface ReceiveFileDeps {
  readonly store: BlobStore;
  readonly digests: ContentDigests;
  readonly limits: Limits;
  readonly files: FileSettings;
}

/** How files of images are taken in. */
export interface FileSettings {
  /** Whether a file must be what its image was declared as. */
  readonly formatMatch: "required" | "ignored";
  /** Algorithm of the digest beside MD5. */
  readonly digest: ImageFile["digest"]["algorithm"];
}

/** Where a file goes. */
export interface FileTarget {
  readonly blobId: BlobId;
  readonly key?: BlobKey | undefined;
  readonly record?: Readonly<Record<string, string>>;
  /** Called now and then; what it throws ends the receiving. */
  readonly lookUp: () => Promise<void>;
  /** What it must be; anything when it is absent. */
  readonly promised?: ContentPromise | undefined;
}

/** A file that is in the store, bit for bit. */
export interface ReceivedFile {
  readonly file: ImageFile;
  /** Bytes that are not zero. */
  readonly dataBytes: number;
}

/** How much comes between two looks at whether it is still wanted. */
const lookUpEveryBytes = 64 * 1024 * 1024;

/**
 * Keeps a file as it comes, and computes its digests on the way. Nothing is kept unless all of it came; what breaks its promise is, until the
 * caller releases it.
 *
 * Memory  one piece of the body, what the digests hold, and what the store's writer holds
 * Throws  image.fileTooLarge, image.sizeMismatch, identity.payloadMismatch, image.promiseBroken, what `lookUp`, the body and the store throw
 */
export async function receiveFile(deps: ReceiveFileDeps, upload: Upload, target: FileTarget): Promise<ReceivedFile> {
  const { blobId, key, record, lookUp, promised } = target;
  const asked = upload.sha256 === undefined ? [] : ["sha256" as const];
  const algorithms = new Set<DigestAlgorithm>(["md5", deps.files.digest, ...asked, ...promisedAlgorithms(promised)]);
  using digest = deps.digests.start([...algorithms], upload.lengthBytes ?? Number.MAX_SAFE_INTEGER);
  await using writer = await deps.store.create(blobId, { key });
  let lengthBytes = 0;
  for await (const bytes of upload.body) {
    refuseFileLength(lengthBytes + bytes.length, deps.limits);
    await digest.update(bytes);
    await writer.write(lengthBytes, bytes);
    const isDue = Math.floor((lengthBytes + bytes.length) / lookUpEveryBytes) > Math.floor(lengthBytes / lookUpEveryBytes);
    lengthBytes += bytes.length;
    if (isDue) {
      await lookUp();
    }
  }
  if (upload.lengthBytes !== undefined && upload.lengthBytes !== lengthBytes) {
    throw new ServiceError("image.sizeMismatch", { stated: upload.lengthBytes, received: lengthBytes });
  }
  // Flushing takes about as long as the digests lag behind.
  const [computed, { dataBytes }] = await Promise.all([digest.finish(), writer.commit({ lengthBytes, ...(record && { record }) })]);
  if (upload.sha256 !== undefined && computed.get("sha256") !== upload.sha256) {
    throw new ServiceError("identity.payloadMismatch");
  }
  checkPromise(promised, { lengthBytes, digests: computed });
  const { digest: algorithm } = deps.files;
  return { file: { lengthBytes, md5: computed.get("md5") ?? "", digest: { algorithm, value: computed.get(algorithm) ?? "" } }, dataBytes };
}

/** Throws  image.fileTooLarge */
export function refuseFileLength(lengthBytes: number, { uploads }: Limits): void {
  if (lengthBytes > uploads.maxGiB * bytesPerGiB) {
    throw new ServiceError("image.fileTooLarge", { limit: uploads.maxGiB });
  }
}
