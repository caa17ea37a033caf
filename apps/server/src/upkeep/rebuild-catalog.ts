import type { RebuildReport } from "@tintype/contract/api/store.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { listRecords } from "@tintype/store/list-records.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { imageOfBlobRecord } from "../images/image-blob-record.ts";
import type { Catalog } from "../ports/catalog.ts";
import { imagesOfBlobs } from "./images-of-blobs.ts";

/**
 * Makes images anew that the store holds and the catalog does not: after the catalog was lost, or an older copy of it was put back.
 * They come back active, as they were when their content was stored. Images that the catalog has are left as they are. Blobs that are
 * noted as removals must be gone already; nothing else may work on the catalog meanwhile.
 *
 * Memory  as `imagesOfBlobs`, and one manifest
 * Throws  what catalog and store throw; images made until then stay
 */
export async function rebuildCatalog(
  { catalog, store }: { readonly catalog: Catalog; readonly store: ChunkStore },
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RebuildReport> {
  const known = await imagesOfBlobs(catalog);
  const report = { addedImages: 0, keptImages: 0, otherBlobs: 0, unreadable: [] as string[] };
  for await (const listed of listRecords(store)) {
    signal?.throwIfAborted();
    if ("damage" in listed) {
      report.unreadable.push(listed.damage);
    } else if (known.has(listed.id)) {
      report.keptImages += 1;
    } else {
      await addImage({ catalog, report }, listed);
    }
  }
  return report;
}

interface Rebuilding {
  readonly catalog: Catalog;
  readonly report: { addedImages: number; keptImages: number; otherBlobs: number; unreadable: string[] };
}

async function addImage(
  { catalog, report }: Rebuilding,
  { id, lengthBytes, record }: { readonly id: BlobId; readonly lengthBytes: number; readonly record: Readonly<Record<string, unknown>> },
): Promise<void> {
  let image: ReturnType<typeof imageOfBlobRecord>;
  try {
    // How much of it is zeros is not known without reading its lists; its length is the safe side.
    image = imageOfBlobRecord(record, { blobId: id, virtualSizeBytes: lengthBytes, dataBytes: lengthBytes });
  } catch (error) {
    report.unreadable.push(error instanceof Error ? error.message : String(error));
    return;
  }
  if (image === undefined) {
    report.otherBlobs += 1;
  } else if ((await catalog.images.get(image.id)) === undefined) {
    await catalog.images.insert(image);
    report.addedImages += 1;
  } else {
    report.keptImages += 1;
  }
}
