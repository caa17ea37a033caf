import type { StepContext } from "@tintype/jobs/job-kind.ts";
import type { BlobId, BlobWriter, StoredBlob } from "@tintype/store/blob-store.ts";
import { readRange } from "../buckets/read-range.ts";
import { imageBlobRecord } from "../images/image-blob-record.ts";
import { newBlobKey } from "../images/image-keys.ts";
import { keyRefused, originalKeyRules } from "../images/key-rules.table.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import { dataBytesOf } from "../transfers/data-bytes-of.ts";
import type { StoreDiskDeps, StoredDisk } from "../transfers/store-disk.ts";

/** A blob whose bytes are to be stored once more, and the image that gets them. */
interface Rewriting {
  readonly image: ImageRecord;
  readonly source: BlobId;
  readonly blobId: BlobId;
}

/**
 * Stores all bytes of a blob once more under the image's own key, or none. They stay what they are, whether they are a disk's content or
 * a file.
 *
 * Memory  two steps of 1 MiB (see `readRange`), and what the blob's writer holds
 * Throws  IMG.0101, IMG.0102 for the original's key, IMG.0095, IMG.0097 for the copy's; what the store throws; the signal's reason
 */
export async function rewriteContent(
  deps: StoreDiskDeps,
  { image, source, blobId }: Rewriting,
  context: Pick<StepContext, "signal" | "progress">,
): Promise<StoredDisk> {
  await using original = await openOriginal(deps, source);
  const key = image.encryption && (await newBlobKey(deps, image.encryption));
  await using writer = await deps.store.create(blobId, { key });
  await writeData(original, writer, context);
  context.signal.throwIfAborted();
  const { dataBytes } = await writer.commit({ lengthBytes: original.lengthBytes, record: imageBlobRecord(image) });
  return { dataBytes };
}

async function openOriginal({ store }: Pick<StoreDiskDeps, "store">, id: BlobId): Promise<StoredBlob> {
  try {
    return await store.open(id);
  } catch (error) {
    throw keyRefused(originalKeyRules, error);
  }
}

/** What is not written reads as zeros. */
async function writeData(
  original: StoredBlob,
  writer: BlobWriter,
  { signal, progress }: Pick<StepContext, "signal" | "progress">,
): Promise<void> {
  const totalBytes = await dataBytesOf(original, signal);
  let doneBytes = 0;
  for await (const { kind, offset, length } of original.extents({ signal })) {
    let position = offset;
    for await (const bytes of kind === "data" ? readRange(original, { start: offset, end: offset + length }, signal) : []) {
      await writer.write(position, bytes);
      position += bytes.length;
      doneBytes += bytes.length;
      progress({ doneBytes, totalBytes });
    }
  }
}
