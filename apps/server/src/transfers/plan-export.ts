import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import type { PlannedFile } from "@tintype/disk/core/disk-writer.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { makeUpZvhd2Blocks, planStoredZvhd2 } from "@tintype/disk/zvhd2/plan-stored-zvhd2.ts";
import type { BlobFrame, BlobStore, StoredBlob } from "@tintype/store/blob-store.ts";
import { dataBytesOf } from "./data-bytes-of.ts";
import type { ExportInput } from "./export-work.ts";
import { openImageDisk } from "./open-image-disk.ts";

/** The file that an export makes. Disposing of it closes what it reads from. */
export interface PlannedExport extends AsyncDisposable {
  readonly plan: PlannedFile;
}

/** A blob whose frames can make up the blocks of a ZVHD2 file. */
interface FramedBlob extends StoredBlob {
  readonly frameBytes: number;
  frames(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<BlobFrame>;
}

/**
 * Plans the file of an export. A fast export puts the stored frames into a ZVHD2 file as they are, and compresses the content into one where the
 * store gives none out (content sealed by the store's own key).
 *
 * Throws  as `openImageDisk`; what the disk throws
 */
export async function planExport(
  store: BlobStore,
  { blobId, blobFormat, format, keepsFrames = false }: Pick<ExportInput, "blobId" | "blobFormat" | "format" | "keepsFrames">,
  signal: AbortSignal,
): Promise<PlannedExport> {
  await using opened = new AsyncDisposableStack();
  const blob = keepsFrames ? opened.use(await store.open(blobId)) : undefined;
  const plan =
    blob !== undefined && hasFrames(blob)
      ? await planFrames(blob, signal)
      : await planConversion(
          opened.use(await openImageDisk(store, { blobId, ...(blobFormat !== undefined && { format: blobFormat }) })),
          format,
          signal,
        );
  const kept = opened.move();
  return { plan, [Symbol.asyncDispose]: async () => kept.disposeAsync() };
}

async function planConversion(disk: VirtualDisk, format: OutputFormat, signal: AbortSignal): Promise<PlannedFile> {
  // Of the kinds of VMDK, the compressed one is the one that other products take in.
  const subformat = format === "vmdk" ? "streamOptimized" : undefined;
  return await convertDisk(disk, { format, subformat, target: "stream", signal });
}

function hasFrames(blob: StoredBlob): blob is FramedBlob {
  return blob.frames !== undefined && blob.frameBytes !== undefined && makeUpZvhd2Blocks(blob.frameBytes);
}

async function planFrames(blob: FramedBlob, signal: AbortSignal): Promise<PlannedFile> {
  const dataBytes = await dataBytesOf(blob, signal);
  const { lengthBytes: sizeBytes, frameBytes } = blob;
  return planStoredZvhd2({ sizeBytes, frameBytes, dataBytes, frames: (options) => blob.frames(options) });
}
