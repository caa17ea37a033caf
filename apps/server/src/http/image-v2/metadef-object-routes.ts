import { MetadefItemsQuery, MetadefObject, MetadefObjectsAnswer } from "@tintype/contract/image-v2/metadefs.ts";
import { addItem, replaceItem } from "../../metadefs/change-items.ts";
import { getItem, listItems } from "../../metadefs/show-items.ts";
import { addMetadefDeletionRoutes } from "./metadef-deletion-routes.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { itemSortKeys } from "./item-sort-keys.ts";
import {
  itemParams,
  metadefAddress,
  metadefTags as tags,
  namespaceParams as params,
  namespacePath,
  readAccess,
  writeAccess,
} from "./metadef-app.ts";
import { pageLinks } from "./page-links.ts";
import { parseObject } from "./parse-metadef.ts";
import { parsePageQuery } from "./parse-page-query.ts";
import { toObject } from "./to-metadef.ts";

const listPath = `${namespacePath}/objects`;
const onePath = `${listPath}/:name`;
const kind = "object" as const;

/** Lists, makes, shows, changes and deletes the objects of a namespace: groups of properties. */
export function addMetadefObjectRoutes(app: ImageV2App, services: ImageV2Services): void {
  addReadingRoutes(app, services);
  addChangingRoutes(app, services);
  addMetadefDeletionRoutes(app, services, { kind, listPath, one: "Object", all: "Objects" });
}

function addReadingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    listPath,
    {
      config: readAccess,
      schema: {
        operationId: "listMetadefObjects",
        summary: "List the objects of a namespace",
        tags,
        params,
        querystring: MetadefItemsQuery,
        response: { 200: MetadefObjectsAnswer, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, query, url }) => {
      const page = parsePageQuery({ sort_dir: "asc", ...query }, itemSortKeys, Infinity);
      const found = await listItems(services, principal, { namespace, kind, page });
      return {
        objects: found.map((item) => toObject(namespace, item)),
        schema: "/v2/schemas/metadefs/objects",
        ...pageLinks(metadefAddress(namespace, "objects"), url, found.length === page.limit ? found.at(-1)?.name : undefined),
      };
    },
  );
  app.get(
    onePath,
    {
      config: readAccess,
      schema: {
        operationId: "showMetadefObject",
        summary: "Show an object",
        tags,
        params: itemParams,
        response: { 200: MetadefObject, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name } }) =>
      toObject(namespace, await getItem(services, principal, { namespace, kind, name })),
  );
}

function addChangingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    listPath,
    {
      config: writeAccess("createMetadefObject"),
      schema: {
        operationId: "createMetadefObject",
        summary: "Make an object",
        tags,
        params,
        body: MetadefObject,
        response: { 201: MetadefObject, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, body }, reply) => {
      const made = await addItem(services, principal, { namespace, ...parseObject(body) });
      return await reply.code(201).send(toObject(namespace, made));
    },
  );
  app.put(
    onePath,
    {
      config: writeAccess("updateMetadefObject"),
      schema: {
        operationId: "replaceMetadefObject",
        summary: "Change an object, its name too",
        tags,
        params: itemParams,
        body: MetadefObject,
        response: { 200: MetadefObject, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name: current }, body }) =>
      toObject(namespace, await replaceItem(services, principal, { namespace, current, ...parseObject(body) })),
  );
}
