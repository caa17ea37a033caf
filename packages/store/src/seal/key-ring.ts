import type { BlobKey } from "../blob-store.ts";
import type { Manifest } from "../manifest/manifest-format.ts";
import { isProvenBy } from "../manifest/manifest-format.ts";
import type { ManifestFile } from "../manifest/read-manifest.ts";
import { StoreError } from "../store-error.ts";
import { deriveDataKey, secretBytes } from "./data-key.ts";
import type { DataKey } from "./data-key.ts";

/** Makes a key's secret of its wrapped form. What it throws reaches whoever opens a blob unchanged. */
export type UnwrapKey = (wrapped: Uint8Array) => Promise<Uint8Array>;

/** Where a store gets the keys of its blobs from. It keeps none but its own. */
export class KeyRing {
  readonly #storeKey: DataKey | undefined;
  readonly #unwrapKey: UnwrapKey | undefined;

  /** Throws a TypeError for a store key that cannot be one. */
  constructor(options: { readonly storeKey?: BlobKey | undefined; readonly unwrapKey?: UnwrapKey | undefined }) {
    this.#storeKey = options.storeKey === undefined ? undefined : deriveDataKey(options.storeKey);
    this.#unwrapKey = options.unwrapKey;
  }

  /** What a new blob is sealed with. Throws a TypeError for a key that cannot be one. */
  keyForWriting(key: BlobKey | undefined): DataKey | undefined {
    return key === undefined ? this.#storeKey : deriveDataKey(key);
  }

  /** Tells whether a blob is sealed by the store's own key. */
  isStoreKey({ keyId }: Manifest): boolean {
    return keyId !== undefined && keyId === this.#storeKey?.id;
  }

  /**
   * Key of a blob, proven to be the one that its manifest was written with; undefined for a plain blob. Every call unwraps anew, so
   * that a key that was disabled opens nothing any more.
   *
   * Throws  `store.keyUnavailable` when there is no way to unwrap, or what comes of it is no key; `store.damaged` when the manifest
   *         was not written with this key; whatever unwrapping throws
   */
  async keyOf({ manifest, bytes }: ManifestFile): Promise<DataKey | undefined> {
    if (manifest.keyId === undefined) {
      return undefined;
    }
    const key = this.isStoreKey(manifest) ? this.#storeKey : await this.#unwrap(manifest, manifest.keyId);
    if (key === undefined || !isProvenBy(bytes, key.manifestKey)) {
      const reason = `it was not written with the key that unwrapping ${manifest.keyId} gave, or was changed since`;
      throw new StoreError("store.damaged", `The manifest of blob ${manifest.id} is refused: ${reason}.`);
    }
    return key;
  }

  async #unwrap({ id, wrappedKey = new Uint8Array() }: Manifest, keyId: string): Promise<DataKey> {
    if (this.#unwrapKey === undefined) {
      const message = `Blob ${id} is sealed by key ${keyId}, and this store was opened without a way to unwrap keys.`;
      throw new StoreError("store.keyUnavailable", message);
    }
    const secret = await this.#unwrapKey(wrappedKey.slice());
    if (secret.length !== secretBytes) {
      const message = `Unwrapping key ${keyId} of blob ${id} gave ${secret.length} bytes instead of ${secretBytes}.`;
      throw new StoreError("store.keyUnavailable", message);
    }
    return deriveDataKey({ id: keyId, secret, wrapped: wrappedKey });
  }
}
