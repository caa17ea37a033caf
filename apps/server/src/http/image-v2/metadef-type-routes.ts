import { MetadefAssociation, MetadefAssociationsAnswer, ResourceTypesAnswer } from "@tintype/contract/image-v2/metadefs.ts";
import { addItem, removeItem } from "../../metadefs/change-items.ts";
import { allItems, listResourceTypes } from "../../metadefs/show-items.ts";
import { toInstant } from "../to-instant.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { Gone, itemParams, metadefTags as tags, namespaceParams as params, namespacePath, readAccess, writeAccess } from "./metadef-app.ts";
import { parseAssociation } from "./parse-metadef.ts";
import { toAssociation } from "./to-metadef.ts";

const listPath = `${namespacePath}/resource_types`;
const kind = "resourceType" as const;

/** Lists the types of things that there are definitions for, and says for which of them a namespace is. */
export function addMetadefTypeRoutes(app: ImageV2App, services: ImageV2Services): void {
  addReadingRoutes(app, services);
  addChangingRoutes(app, services);
}

function addReadingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    "/v2/metadefs/resource_types",
    {
      config: readAccess,
      schema: {
        operationId: "listResourceTypes",
        summary: "List every type of things",
        tags,
        response: { 200: ResourceTypesAnswer, ...refusals },
      },
    },
    async () => {
      const types = await listResourceTypes(services);
      // A type never changes.
      return {
        resource_types: types.map(({ name, createdAt }) => ({ name, created_at: toInstant(createdAt), updated_at: toInstant(createdAt) })),
      };
    },
  );
  app.get(
    listPath,
    {
      config: readAccess,
      schema: {
        operationId: "listMetadefAssociations",
        summary: "List the types that a namespace is for",
        tags,
        params,
        response: { 200: MetadefAssociationsAnswer, ...refusals },
      },
    },
    async ({ principal, params: { namespace } }) => ({
      resource_type_associations: (await allItems(services, principal, { namespace, kind })).map(toAssociation),
    }),
  );
}

function addChangingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    listPath,
    {
      config: writeAccess("createMetadefAssociation"),
      schema: {
        operationId: "createMetadefAssociation",
        summary: "Say that a namespace is for a type",
        tags,
        params,
        body: MetadefAssociation,
        response: { 201: MetadefAssociation, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, body }, reply) =>
      await reply.code(201).send(toAssociation(await addItem(services, principal, { namespace, ...parseAssociation(body) }))),
  );
  app.delete(
    `${listPath}/:name`,
    {
      config: writeAccess("deleteMetadefAssociation"),
      schema: {
        operationId: "deleteMetadefAssociation",
        summary: "Say that a namespace is for a type no longer",
        tags,
        params: itemParams,
        response: { 204: Gone, ...refusals },
      },
    },
    async ({ principal, params: { namespace, name } }, reply) => {
      await removeItem(services, principal, { namespace, kind, name });
      return await reply.code(204).send(null);
    },
  );
}
