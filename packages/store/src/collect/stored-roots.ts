import { isBlobId } from "../blob-id.ts";
import type { BlobId } from "../blob-store.ts";
import { holdManifest } from "../live/hold-manifest.ts";
import type { LiveRoot } from "../live/live-roots.ts";
import { isStoreError } from "../store-error.ts";
import { manifestsPrefix, nameOfFile } from "../store-names.ts";
import type { StoreParts } from "../store-parts.ts";

/** Manifests that are read at once: what the delay of a remote backend costs is paid once for all of them. */
const manifestsAtOnce = 8;

/**
 * Every blob whose manifest is in the backend when this is called, except those that are removed before their turn. Needs no key.
 * While the caller works on a blob, it is one of the store's live roots: its chunks stay.
 *
 * Memory  about 100 bytes a blob, and 8 manifests
 * Throws  what listing and `readManifest` throw, for the first manifest that cannot be read
 */
export async function* storedRoots(parts: StoreParts): AsyncGenerator<LiveRoot> {
  const ids: BlobId[] = [];
  for await (const file of parts.backend.list(manifestsPrefix)) {
    const name = nameOfFile(file.name);
    if (name !== undefined && isBlobId(name)) {
      ids.push(name);
    }
  }
  for (let at = 0; at < ids.length; at += manifestsAtOnce) {
    using held = new DisposableStack();
    const reading = ids.slice(at, at + manifestsAtOnce).map((id) => holdRoot(parts, id, held));
    await Promise.allSettled(reading);
    for (const root of await Promise.all(reading)) {
      if (root !== undefined) {
        yield root;
      }
    }
  }
}

/** A blob whose chunks stay until `held` is disposed of; undefined when there is no such blob (any more). */
export async function holdRoot(parts: StoreParts, id: BlobId, held: DisposableStack): Promise<LiveRoot | undefined> {
  try {
    return { id, content: held.use(await holdManifest(parts, id)).file.manifest };
  } catch (error) {
    if (isStoreError(error) && error.code === "store.missing") {
      return undefined;
    }
    throw error;
  }
}
