import type { BlobId, BlobRecord, CopyOptions } from "../blob-store.ts";
import { encodeManifest, encodeRecord } from "../manifest/manifest-format.ts";
import type { ManifestContent } from "../manifest/manifest-format.ts";
import { maxWrappedBytes } from "../seal/data-key.ts";
import type { DataKey } from "../seal/data-key.ts";
import type { CommittedBlob } from "./commit-blob.ts";

/** The blob that a copy is made of, as it was opened. */
export interface Original {
  readonly content: ManifestContent;
  readonly record: BlobRecord;
  readonly key: DataKey | undefined;
  /** Whether that is the store's key, which stays wrapped as it is. */
  readonly isStoreKey: boolean;
}

/**
 * Writes the manifest of a copy: the same lists, under another name.
 *
 * Throws  RangeError for a record that is too long; TypeError for `rewrap` of a blob without a key of its own, and when what `rewrap`
 *         gives is too long; whatever `rewrap` throws
 */
export async function copyBlob(original: Original, to: BlobId, { record, rewrap }: CopyOptions): Promise<CommittedBlob> {
  const { content, key, isStoreKey } = original;
  const encoded = encodeRecord(record ?? original.record);
  if (rewrap === undefined || key === undefined || isStoreKey) {
    if (rewrap !== undefined) {
      throw new TypeError(`A copy can only be wrapped anew when the original has a key of its own: write blob ${to} from its content.`);
    }
    return { id: to, content, bytes: encodeManifest({ id: to, content, record: encoded, key }) };
  }
  const wrapped = await rewrap(key.secret.slice());
  if (wrapped.length > maxWrappedBytes) {
    throw new TypeError(`The wrapped form of key ${key.id} has ${wrapped.length} bytes, at most ${maxWrappedBytes} are possible.`);
  }
  return { id: to, content, bytes: encodeManifest({ id: to, content, record: encoded, key: { ...key, wrapped } }) };
}
