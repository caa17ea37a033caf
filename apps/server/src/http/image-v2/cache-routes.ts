import { CacheAnswer, PruneCacheAnswer } from "@tintype/contract/image-v2/cache.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import {
  cacheActions,
  cacheImage,
  cleanCache,
  clearCache,
  pruneCache,
  requireCache,
  showCache,
  uncacheImage,
} from "../../image-cache/manage-cache.ts";
import type { ManageCacheDeps } from "../../image-cache/manage-cache.ts";
import { Done, imageParams as params } from "./image-calls.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import { toCache } from "./to-cache.ts";

const tags = ["cache"];
const show = { access: [cacheActions.show] } as const;
const Nothing = Type.Object({}, { description: "Done" });
const traced = (name: string) => ({ access: [cacheActions.change], trace: { service: "IMS", resourceType: "imageCache", name } }) as const;

/** Shows operators which files of images are kept ready, and lets them say which. */
export function addCacheRoutes(app: ImageV2App, services: ManageCacheDeps): void {
  app.get(
    "/v2/cache",
    {
      config: show,
      schema: {
        operationId: "showCache",
        summary: "List what is cached, and what is to be",
        tags,
        response: { 200: CacheAnswer, ...refusals },
      },
    },
    async ({ principal }) => toCache(await showCache(services, principal)),
  );
  app.get(
    "/v2/cache/nodes/:image_id",
    {
      config: show,
      schema: {
        operationId: "listCacheNodes",
        summary: "List the nodes that cache an image: never known",
        tags,
        params,
        response: refusals,
      },
    },
    async ({ principal }) => {
      requireCache(services, principal, cacheActions.show);
      throw new ServiceError("image.cacheNotShared");
    },
  );
  addImageRoutes(app, services);
  addWholeRoutes(app, services);
}

function addImageRoutes(app: ImageV2App, services: ManageCacheDeps): void {
  app.put(
    "/v2/cache/:image_id",
    {
      config: traced("queueImageForCache"),
      schema: {
        operationId: "queueImageForCache",
        summary: "Have an image's file cached",
        tags,
        params,
        response: { 202: Type.String({ maxLength: 0, description: "It will be" }), ...refusals },
      },
    },
    async ({ principal, params: { image_id: id } }, reply) => {
      await cacheImage(services, principal, id);
      return await reply.code(202).send("");
    },
  );
  app.delete(
    "/v2/cache/:image_id",
    {
      config: traced("deleteCachedImage"),
      schema: {
        operationId: "deleteCachedImage",
        summary: "Take an image out of cache and queue",
        tags,
        params,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ principal, params: { image_id: id } }, reply) => {
      await uncacheImage(services, principal, id);
      return await reply.code(204).send(null);
    },
  );
}

function addWholeRoutes(app: ImageV2App, services: ManageCacheDeps): void {
  app.delete(
    "/v2/cache",
    {
      config: traced("clearCache"),
      schema: {
        operationId: "clearCache",
        summary: "Empty the cache, its queue, or both",
        description: "The header `x-image-cache-clear-target` says which: `cache`, `queue`, or nothing for both.",
        tags,
        response: { 204: Done, ...refusals },
      },
    },
    async ({ principal, headers }, reply) => {
      await clearCache(services, principal, parseTarget(headers["x-image-cache-clear-target"]));
      return await reply.code(204).send(null);
    },
  );
  app.post(
    "/v2/cache/clean",
    {
      config: traced("cleanCache"),
      schema: { operationId: "cleanCache", summary: "Let go what is no image's file", tags, response: { 200: Nothing, ...refusals } },
    },
    async ({ principal }) => {
      await cleanCache(services, principal);
      return {};
    },
  );
  app.post(
    "/v2/cache/prune",
    {
      config: traced("pruneCache"),
      schema: {
        operationId: "pruneCache",
        summary: "Let files go until no more is there than may be",
        tags,
        response: { 200: PruneCacheAnswer, ...refusals },
      },
    },
    async ({ principal }) => {
      const { files, bytes } = await pruneCache(services, principal);
      return { total_files_pruned: files, total_bytes_pruned: bytes };
    },
  );
}

/** Throws  image.cacheTarget */
function parseTarget(target: string | string[] | undefined): { readonly files: boolean; readonly queue: boolean } {
  const word = String(target ?? "").toLowerCase();
  if (!["", "cache", "queue"].includes(word)) {
    throw new ServiceError("image.cacheTarget");
  }
  return { files: word !== "queue", queue: word !== "cache" };
}
