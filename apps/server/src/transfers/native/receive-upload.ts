import { ServiceError } from "@tintype/contract/service-error.ts";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import type { ContentDigests } from "../../ports/content-digests.ts";
import type { Limits } from "../../quotas/limits.ts";

const bytesPerMiB = 1024 * 1024;

/** A file on its way in. */
export interface Upload {
  /** As announced; undefined when it was not. */
  readonly lengthBytes: number | undefined;
  /** Each piece is good until the next one is asked for. Throws when its sender goes away before the end. */
  readonly body: AsyncIterable<Uint8Array>;
  /** SHA-256 in hex that the sender signed; undefined when it signed none. */
  readonly sha256: string | undefined;
}

/** What receiving needs. */
export interface UploadDeps {
  readonly store: BlobStore;
  readonly digests: ContentDigests;
  readonly limits: Limits;
}

/**
 * Keeps a file as it comes. Nothing is kept unless all of it came.
 *
 * Memory  one piece of the body, and what the store's writer holds
 * Throws  IMG.0059 (too long), IMG.0057 (empty), identity.payloadMismatch, what the body throws
 */
export async function receiveUpload({ store, digests, limits }: UploadDeps, upload: Upload, blobId: BlobId): Promise<void> {
  refuseLength(upload.lengthBytes ?? 0, limits);
  using digest = upload.sha256 === undefined ? undefined : digests.start(["sha256"], upload.lengthBytes ?? Number.MAX_SAFE_INTEGER);
  await using writer = await store.create(blobId);
  let lengthBytes = 0;
  for await (const bytes of upload.body) {
    refuseLength(lengthBytes + bytes.length, limits);
    await digest?.update(bytes);
    await writer.write(lengthBytes, bytes);
    lengthBytes += bytes.length;
  }
  if (lengthBytes === 0) {
    throw new ServiceError("IMG.0057", {
      file: "upload:body",
      problemEn: "it is empty",
      problemZh: "文件为空",
      remedyEn: "Send the file as the body.",
      remedyZh: "请将文件内容作为请求体发送。",
    });
  }
  if (digest !== undefined && (await digest.finish()).get("sha256") !== upload.sha256) {
    throw new ServiceError("identity.payloadMismatch");
  }
  await writer.commit({ lengthBytes });
}

function refuseLength(lengthBytes: number, limits: Limits): void {
  const mostBytes = limits.imports.maxUploadMiB * bytesPerMiB;
  if (lengthBytes >= mostBytes) {
    throw new ServiceError("IMG.0059", {
      file: "upload:body",
      size: lengthBytes,
      limit: limits.imports.maxUploadMiB / 1024,
      wayEn: "an upload",
      wayZh: "直接上传",
      remedyEn: "Upload it to a bucket, and register it from there.",
      remedyZh: "请先上传到桶，再从桶中注册。",
    });
  }
}
