import type { Backend } from "../backend/backend.ts";
import type { BlobId } from "../blob-store.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import type { ManifestFile } from "../manifest/read-manifest.ts";
import type { LiveRoots } from "./live-roots.ts";

/** A manifest that was read; the chunks of its blob stay until it is disposed of. */
export interface HeldManifest extends Disposable {
  readonly file: ManifestFile;
}

/**
 * Reads a manifest, when no commit of it is under way, and adds its blob to the live roots, with no moment between at which a collection could overlook it.
 *
 * Throws  as `readManifest`
 */
export async function holdManifest({ backend, roots }: { backend: Backend; roots: LiveRoots }, id: BlobId): Promise<HeldManifest> {
  await roots.commitEnded(id);
  using _reading = roots.reading();
  const file = await readManifest(backend, id);
  const root = roots.add({ id, content: file.manifest });
  return { file, [Symbol.dispose]: () => root[Symbol.dispose]() };
}
