import { ServiceError } from "@tintype/contract/service-error.ts";
import { requireRights } from "../identity/require-rights.ts";
import { checkRules } from "../images/check-rules.ts";
import { findImage } from "../images/find-image.ts";
import { imageCaller } from "../images/image-caller.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { CachedFile, Pruned } from "../ports/file-cache.ts";
import type { ImageId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";
import { cacheRules } from "./cache-rules.table.ts";
import type { ImageCache } from "./image-cache.ts";

/** What these use cases need. */
export interface ManageCacheDeps {
  readonly catalog: Catalog;
  /** Absent where there is no cache. */
  readonly imageCache?: ImageCache | undefined;
}

/** Looking at the cache, and changing it: what it holds tells of images of everybody. */
export const cacheActions = { show: "tintype:store:get", change: "tintype:store:maintain" } as const;

/** What is cached, and what is to be. */
export interface ShownCache {
  readonly files: readonly CachedFile[];
  readonly queue: readonly ImageId[];
}

/** Throws  api.operatorsOnly, image.noCache */
export async function showCache(deps: ManageCacheDeps, principal: Principal): Promise<ShownCache> {
  const { files } = requireCache(deps, principal, cacheActions.show);
  return { files: files.files(), queue: files.queue() };
}

/**
 * Puts an image into the queue of those whose files are to be ready. One whose file is ready already is left at that.
 *
 * Throws  api.operatorsOnly, image.noCache; IMG.0027; the rules for images that are cached
 */
export async function cacheImage(deps: ManageCacheDeps, principal: Principal, id: string): Promise<void> {
  const cache = requireCache(deps, principal, cacheActions.change);
  const image = await findImage(deps.catalog, imageCaller(principal, "ims:images:get"), id);
  checkRules(cacheRules, { image, maxBytes: cache.files.maxBytes });
  await cache.enqueue(image.id);
}

/**
 * Lets the file of an image go, and takes it out of the queue. Also an image that is not there any more can be named so.
 *
 * Throws  api.operatorsOnly, image.noCache; IMG.0027 when there is neither such an image nor anything of it
 */
export async function uncacheImage(deps: ManageCacheDeps, principal: Principal, id: string): Promise<void> {
  const cache = requireCache(deps, principal, cacheActions.change);
  const { files } = cache;
  const known = files.queue().find((queued) => queued === id) ?? files.files().find(({ imageId }) => imageId === id)?.imageId;
  await cache.forget(known ?? (await findImage(deps.catalog, imageCaller(principal, "ims:images:get"), id)).id);
}

/** Empties the cache, the queue, or both. Throws  api.operatorsOnly, image.noCache */
export async function clearCache(
  deps: ManageCacheDeps,
  principal: Principal,
  what: { readonly files: boolean; readonly queue: boolean },
): Promise<void> {
  const cache = requireCache(deps, principal, cacheActions.change);
  for (const imageId of what.queue ? cache.files.queue() : []) {
    await cache.dequeue(imageId);
  }
  for (const { key } of what.files ? cache.files.files() : []) {
    await cache.files.remove(key);
  }
}

/** Lets go what is no image's file any more. Throws  api.operatorsOnly, image.noCache */
export async function cleanCache(deps: ManageCacheDeps, principal: Principal): Promise<void> {
  await requireCache(deps, principal, cacheActions.change).clean();
}

/** Lets files go until no more is there than may be. Throws  api.operatorsOnly, image.noCache */
export async function pruneCache(deps: ManageCacheDeps, principal: Principal): Promise<Pruned> {
  return await requireCache(deps, principal, cacheActions.change).files.prune();
}

/** Throws  api.operatorsOnly, image.noCache */
export function requireCache(
  { imageCache }: ManageCacheDeps,
  principal: Principal,
  action: (typeof cacheActions)[keyof typeof cacheActions],
): ImageCache {
  requireRights(principal, [action]);
  if (imageCache === undefined) {
    throw new ServiceError("image.noCache");
  }
  return imageCache;
}
