import type { RebuildReport } from "@tintype/contract/api/store.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { listRecords } from "@tintype/store/list-records.ts";
import type { ListedRecord } from "@tintype/store/list-records.ts";
import { imageOfBlobRecord } from "../images/image-blob-record.ts";
import type { Catalog } from "../ports/catalog.ts";
import { correctStores } from "./correct-stores.ts";
import { imagesOfBlobs } from "./images-of-blobs.ts";
import type { ChunkStores } from "./named-chunk-store.ts";

/**
 * Makes images anew that the stores hold and the catalog does not: after the catalog was lost, or an older copy of it was put back.
 * They come back active, as they were when their content was stored; a blob that lies in several stores is one image. Images that the
 * catalog has are left as they are, but for the names of the stores that hold them. Blobs that are noted as removals must be gone already;
 * nothing else may work on the catalog meanwhile.
 *
 * Memory  as `imagesOfBlobs`, about 150 bytes a blob, and one manifest
 * Throws  what catalog and store throw; images made until then stay
 */
export async function rebuildCatalog(
  { catalog, stores }: { readonly catalog: Catalog; readonly stores: ChunkStores },
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<RebuildReport> {
  const known = await imagesOfBlobs(catalog);
  const report: Report = { addedImages: 0, keptImages: 0, correctedStores: 0, otherBlobs: 0, unreadable: [] };
  const holders = new Map<BlobId, readonly string[]>();
  for (const { name, blobs } of stores.all) {
    for await (const listed of listRecords(blobs)) {
      signal?.throwIfAborted();
      if ("damage" in listed) {
        report.unreadable.push(listed.damage);
        continue;
      }
      const others = holders.get(listed.id);
      holders.set(listed.id, [...(others ?? []), name]);
      if (others === undefined && known.has(listed.id)) {
        report.keptImages += 1;
      } else if (others === undefined) {
        await addImage({ catalog, report, store: name }, listed);
      }
    }
  }
  const had = new Set([...known.values()].map(({ id }): string => id));
  report.correctedStores = (await correctStores(catalog, holders, signal)).filter((id) => had.has(id)).length;
  return report;
}

type Report = { -readonly [Field in keyof RebuildReport]: RebuildReport[Field] };

interface Rebuilding {
  readonly catalog: Catalog;
  readonly report: Report;
  readonly store: string;
}

async function addImage(
  { catalog, report, store }: Rebuilding,
  { id, lengthBytes, record }: Exclude<ListedRecord, { readonly damage: string }>,
): Promise<void> {
  let image: ReturnType<typeof imageOfBlobRecord>;
  try {
    // How much of it is zeros is not known without reading its lists; its length is the safe side.
    image = imageOfBlobRecord(record, { blobId: id, virtualSizeBytes: lengthBytes, dataBytes: lengthBytes }, [store]);
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
