import type { BlobId, BlobKey, BlobSize, BlobStore } from "../src/blob-store.ts";

/** A stretch of a blob's content. */
export interface Stretch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Writes and commits a blob in one go. */
export async function writeBlob(store: BlobStore, id: BlobId, content: Uint8Array, key?: BlobKey): Promise<BlobSize> {
  await using writer = await store.create(id, { key });
  await writer.write(0, content);
  return writer.commit({ lengthBytes: content.length });
}

/** Reads a whole blob. */
export async function readBlob(store: BlobStore, id: BlobId): Promise<Buffer> {
  await using blob = await store.open(id);
  return Buffer.from(await blob.read(0, blob.lengthBytes));
}

/** What a blob of these stretches must read as. */
export function contentOf(lengthBytes: number, stretches: readonly Stretch[]): Buffer {
  const content = Buffer.alloc(lengthBytes);
  for (const { offset, bytes } of stretches) {
    content.set(bytes, offset);
  }
  return content;
}
