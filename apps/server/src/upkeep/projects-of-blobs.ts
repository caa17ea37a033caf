import type { BlobId, BlobRecord } from "@tintype/store/blob-store.ts";
import { listRecords } from "@tintype/store/list-records.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import type { BlobsImage } from "./images-of-blobs.ts";

/** Whose the blobs are that no project is known for. */
export const nobody = "";

/**
 * Which project each blob belongs to: that of its image where the catalog has one, else the one that its manifest tells (parts of
 * objects, images that are being made). Needs no keys.
 *
 * Memory  about 150 bytes a blob
 */
export async function projectsOfBlobs(store: ChunkStore, images: ReadonlyMap<BlobId, BlobsImage>): Promise<ReadonlyMap<BlobId, string>> {
  const projects = new Map<BlobId, string>();
  for await (const listed of listRecords(store)) {
    const told = "record" in listed ? projectIn(listed.record) : undefined;
    projects.set(listed.id, images.get(listed.id)?.projectId ?? told ?? nobody);
  }
  return projects;
}

function projectIn(record: BlobRecord): string | undefined {
  const owner: unknown = record["kind"] === "image" ? record["image"] : record;
  const found: unknown = typeof owner === "object" && owner !== null ? Reflect.get(owner, "projectId") : undefined;
  return typeof found === "string" ? found : undefined;
}
