import { MetadefPropertiesAnswer, MetadefProperty, ResourceTypeQuery } from "@tintype/contract/image-v2/metadefs.ts";
import { addItem, replaceItem } from "../../metadefs/change-items.ts";
import { metadefNotFound } from "../../metadefs/metadef-words.ts";
import { allItems, getItem } from "../../metadefs/show-items.ts";
import type { Principal } from "../../ports/principal.ts";
import { addMetadefDeletionRoutes } from "./metadef-deletion-routes.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { itemParams, metadefTags as tags, namespaceParams as params, namespacePath, readAccess, writeAccess } from "./metadef-app.ts";
import { parseProperty } from "./parse-metadef.ts";
import { prefixOf, toProperties, toProperty } from "./to-metadef.ts";

const listPath = `${namespacePath}/properties`;
const onePath = `${listPath}/:name`;
const kind = "property" as const;

/** Lists, makes, shows, changes and deletes the properties of a namespace. */
export function addMetadefPropertyRoutes(app: ImageV2App, services: ImageV2Services): void {
  addReadingRoutes(app, services);
  addChangingRoutes(app, services);
  addMetadefDeletionRoutes(app, services, { kind, listPath, one: "Property", all: "Properties" });
}

function addReadingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    listPath,
    {
      config: readAccess,
      schema: {
        operationId: "listMetadefProperties",
        summary: "List the properties of a namespace",
        tags,
        params,
        querystring: ResourceTypeQuery,
        response: { 200: MetadefPropertiesAnswer, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, query: { resource_type: type } }) => {
      const types = await allItems(services, principal, { namespace, kind: "resourceType" });
      return { properties: toProperties(await allItems(services, principal, { namespace, kind }), prefixOf(types, type)) };
    },
  );
  app.get(
    onePath,
    {
      config: readAccess,
      schema: {
        operationId: "showMetadefProperty",
        summary: "Show a property",
        tags,
        params: itemParams,
        querystring: ResourceTypeQuery,
        response: { 200: MetadefProperty, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name }, query: { resource_type: type } }) => {
      const own = type === undefined ? name : await withoutPrefix(services, principal, { namespace, name, type });
      return toProperty(await getItem(services, principal, { namespace, kind, name: own }));
    },
  );
}

function addChangingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    listPath,
    {
      config: writeAccess("createMetadefProperty"),
      schema: {
        operationId: "createMetadefProperty",
        summary: "Make a property",
        tags,
        params,
        body: MetadefProperty,
        response: { 201: MetadefProperty, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, body }, reply) =>
      await reply.code(201).send(toProperty(await addItem(services, principal, { namespace, ...parseProperty(body) }))),
  );
  app.put(
    onePath,
    {
      config: writeAccess("updateMetadefProperty"),
      schema: {
        operationId: "replaceMetadefProperty",
        summary: "Change a property, its name too",
        tags,
        params: itemParams,
        body: MetadefProperty,
        response: { 200: MetadefProperty, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name: current }, body }) =>
      toProperty(await replaceItem(services, principal, { namespace, current, ...parseProperty(body) })),
  );
}

/**
 * The name of a property in its namespace, from the one that things of a type have it under.
 *
 * Throws  image.metadefNotFound when the namespace is not for the type, or the name does not begin with the type's prefix
 */
async function withoutPrefix(
  services: ImageV2Services,
  principal: Principal,
  { namespace, name, type }: { readonly namespace: string; readonly name: string; readonly type: string },
): Promise<string> {
  const prefix = prefixOf([await getItem(services, principal, { namespace, kind: "resourceType", name: type })], type);
  if (!name.startsWith(prefix)) {
    throw metadefNotFound(kind, name);
  }
  return name.slice(prefix.length);
}
