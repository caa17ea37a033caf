import type { StepContext } from "@tintype/jobs/job-kind.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import type { NamedStore, NamedStores } from "../ports/named-stores.ts";
import type { ReceivedFile } from "../transfers/files/receive-file.ts";
import { fetchFile } from "./fetch-file.ts";
import { fetchFromPlaces } from "./fetch-from-places.ts";
import { fetchRemoteImage } from "./fetch-remote-image.ts";
import type { FetchRemoteDeps, RemoteDescription } from "./fetch-remote-image.ts";
import { importOf } from "./import-work.ts";
import type { ImageImport } from "./import-work.ts";
import { defaultStore, storeNamed } from "../images/wanted-stores.ts";

/** What bringing needs. */
export interface BringFileDeps extends FetchRemoteDeps {
  readonly stores: NamedStores;
}

/** A file that is in a store, and what it is said to be where it came from. */
export interface BroughtFile {
  readonly received: ReceivedFile;
  readonly described?: RemoteDescription;
  /** Name of the store. */
  readonly store: string;
  /** Names of those that were tried before it, in vain. */
  readonly failed: readonly string[];
}

/**
 * Brings the file of an import into the first of the stores that are wanted, one that has it already before all others. Where not all must
 * succeed, the next one is tried when a store fails; what is wrong with the file itself ends the import.
 *
 * Repeat  what an earlier attempt kept is replaced, or found there
 * Memory  as `fetchFile`, and `NamedStores.replicate`
 * Throws  as `fetchFile`, `fetchRemoteImage` and `NamedStores.replicate`; image.storeUnknown when the settings no longer name a store
 */
export async function bringFile(deps: BringFileDeps, context: StepContext): Promise<BroughtFile> {
  const work = importOf(context.job);
  const candidates = await inOrder(deps.stores, work);
  const failed: string[] = [];
  for (;;) {
    const store = candidates[failed.length] ?? "";
    try {
      return { ...(await bring(deps, { work, store }, context)), store, failed };
    } catch (error) {
      const isLast = failed.length + 1 >= candidates.length;
      if (work.mustSucceed || isLast || context.signal.aborted || !isStoreError(error)) {
        throw error;
      }
      failed.push(store);
      deps.log.error({ err: error, store, imageId: work.imageId }, "An import goes on without a store that failed");
    }
  }
}

/** The stores that an import is for; those that have its file come first. */
async function inOrder(stores: NamedStores, { stores: names, uploadedId }: ImageImport): Promise<readonly string[]> {
  const wanted = names.length > 0 ? names : [defaultStore(stores).name];
  const asked = wanted.map(async (name) => [name, await hasBlob(stores.find(name), uploadedId)] as const);
  const holding = new Map(await Promise.all(asked));
  return wanted.toSorted((a, b) => Number(holding.get(b)) - Number(holding.get(a)));
}

/** One that cannot be asked fails when its turn comes. */
async function hasBlob(store: NamedStore | undefined, id: BlobId): Promise<boolean> {
  try {
    return (await store?.blobs.has(id)) ?? false;
  } catch (error) {
    if (!isStoreError(error)) {
      throw error;
    }
    return false;
  }
}

async function bring(
  deps: BringFileDeps,
  { work: { method, staged, uploadedId }, store }: { readonly work: ImageImport; readonly store: string },
  context: StepContext,
): Promise<Pick<BroughtFile, "received" | "described">> {
  const there = { ...deps, store: storeNamed(deps.stores, store).blobs };
  if (method.name === "web-download") {
    return { received: await fetchFile(there, { url: method.uri }, context) };
  }
  if (method.name === "location") {
    return { received: await fetchFile(there, { url: method.uri, promised: { digests: method.digests } }, context) };
  }
  if (method.name === "first-use") {
    return { received: await fetchFromPlaces(there, context) };
  }
  if (method.name === "glance-download") {
    return await fetchRemoteImage(there, method, context);
  }
  if (staged === null) {
    throw new Error("An import of a staged file was started without one");
  }
  await deps.stores.replicate(uploadedId, store, { signal: context.signal, onProgress: context.progress });
  return { received: staged };
}
