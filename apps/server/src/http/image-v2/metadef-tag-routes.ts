import { MetadefItemsQuery, MetadefTag, MetadefTagsAnswer, MetadefTagsBody } from "@tintype/contract/image-v2/metadefs.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { addItem, addTags, replaceItem } from "../../metadefs/change-items.ts";
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
  refuseBody,
  writeAccess,
} from "./metadef-app.ts";
import { pageLinks } from "./page-links.ts";
import { parsePageQuery } from "./parse-page-query.ts";
import { toTag } from "./to-metadef.ts";

const listPath = `${namespacePath}/tags`;
const onePath = `${listPath}/:name`;
const kind = "tag" as const;
/** Glance's clients ask with this for tags beside those that are there. */
const appendHeader = "x-openstack-append";
const longestName = 80;

/** Lists, makes, shows, renames and deletes the tags of a namespace. */
export function addMetadefTagRoutes(app: ImageV2App, services: ImageV2Services): void {
  addReadingRoutes(app, services);
  addMakingRoutes(app, services);
  addRenamingRoute(app, services);
  addMetadefDeletionRoutes(app, services, { kind, listPath, one: "Tag", all: "Tags" });
}

function addReadingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    listPath,
    {
      config: readAccess,
      schema: {
        operationId: "listMetadefTags",
        summary: "List the tags of a namespace, newest first",
        tags,
        params,
        querystring: MetadefItemsQuery,
        response: { 200: MetadefTagsAnswer, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, query, url }) => {
      const page = parsePageQuery(query, itemSortKeys, Infinity);
      const found = await listItems(services, principal, { namespace, kind, page });
      return {
        tags: found.map(({ name }) => ({ name })),
        schema: "/v2/schemas/metadefs/tags",
        ...pageLinks(metadefAddress(namespace, "tags"), url, found.length === page.limit ? found.at(-1)?.name : undefined),
      };
    },
  );
  app.get(
    onePath,
    {
      config: readAccess,
      schema: {
        operationId: "showMetadefTag",
        summary: "Show a tag",
        tags,
        params: itemParams,
        response: { 200: MetadefTag, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name } }) => toTag(await getItem(services, principal, { namespace, kind, name })),
  );
}

function addMakingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    listPath,
    {
      config: writeAccess("createMetadefTags"),
      schema: {
        operationId: "createMetadefTags",
        summary: "Give a namespace other tags, or with X-Openstack-Append: True more of them",
        tags,
        params,
        body: MetadefTagsBody,
        response: { 201: MetadefTagsAnswer, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, body, headers }, reply) => {
      const keepOthers = String(headers[appendHeader]).toLowerCase() === "true";
      const made = await addTags(services, principal, { namespace, names: body.tags.map(({ name }) => name), keepOthers });
      return await reply.code(201).send({ tags: made.map(({ name }) => ({ name })) });
    },
  );
  app.post(
    onePath,
    {
      config: writeAccess("createMetadefTag"),
      schema: {
        operationId: "createMetadefTag",
        summary: "Make a tag",
        tags,
        params: itemParams,
        response: { 201: MetadefTag, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name }, body }, reply) => {
      refuseBody(body);
      if (name.length > longestName) {
        throw new ServiceError("image.invalidBody", { problem: `the name of a tag has at most ${longestName} characters` });
      }
      return await reply.code(201).send(toTag(await addItem(services, principal, { namespace, kind, name, content: {} })));
    },
  );
}

function addRenamingRoute(app: ImageV2App, services: ImageV2Services): void {
  app.put(
    onePath,
    {
      config: writeAccess("updateMetadefTag"),
      schema: {
        operationId: "replaceMetadefTag",
        summary: "Rename a tag",
        tags,
        params: itemParams,
        body: MetadefTag,
        response: { 200: MetadefTag, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name: current }, body: { name } }) =>
      toTag(await replaceItem(services, principal, { namespace, current, kind, name, content: {} })),
  );
}
