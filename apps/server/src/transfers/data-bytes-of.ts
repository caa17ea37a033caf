import type { StoredBlob } from "@tintype/store/blob-store.ts";

/** Counts the bytes of a blob that are not zeros, by its lists: no content is read. */
export async function dataBytesOf(blob: Pick<StoredBlob, "extents">, signal?: AbortSignal): Promise<number> {
  let dataBytes = 0;
  for await (const { kind, length } of blob.extents({ signal })) {
    dataBytes += kind === "data" ? length : 0;
  }
  return dataBytes;
}
