import type { Backend } from "../backend/backend.ts";
import type { BlobId } from "../blob-store.ts";
import { StoreError } from "../store-error.ts";
import { manifestFileName } from "../store-names.ts";
import { decodeManifest, manifestBytesOf } from "./manifest-format.ts";
import type { Manifest } from "./manifest-format.ts";

/** A manifest, and the bytes that it was read from. */
export interface ManifestFile {
  readonly manifest: Manifest;
  readonly bytes: Buffer;
}

/** What is asked for first: the whole of most manifests (blobs up to 2 TiB). */
const firstBytes = 48 * 1024;

/**
 * Reads a manifest, whole, by one or two calls. Needs no key; whoever goes on to read the content of a sealed blob must see to it that
 * the manifest `isProvenBy` the key.
 *
 * Memory  twice the manifest, which has at most 1.2 MiB
 * Throws  `store.missing` when there is none; `store.damaged` when it is not whole, or is another blob's
 */
export async function readManifest(backend: Backend, id: BlobId): Promise<ManifestFile> {
  const file = manifestFileName(id);
  const start = Buffer.alloc(firstBytes);
  const startBytes = await backend.read(file, 0, [start]);
  const fileBytes = manifestBytesOf(start.subarray(0, startBytes), id);
  let bytes = start.subarray(0, startBytes);
  if (typeof fileBytes === "number" && startBytes === firstBytes) {
    // One byte more shows a file that is too long.
    const rest = Buffer.alloc(Math.max(0, fileBytes - firstBytes) + 1);
    const restBytes = await backend.read(file, firstBytes, [rest]);
    bytes = Buffer.concat([start, rest.subarray(0, restBytes)]);
  }
  const manifest = decodeManifest(bytes, id);
  if (typeof manifest === "string") {
    const where = `Manifest ${file} (${backend.place})`;
    throw new StoreError("store.damaged", `${where} is damaged: ${manifest}. Restore the file from a backup.`, { place: { file } });
  }
  return { manifest, bytes };
}
