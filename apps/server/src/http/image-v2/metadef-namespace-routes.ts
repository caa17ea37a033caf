import {
  MetadefNamespace,
  MetadefNamespacesAnswer,
  MetadefNamespacesQuery,
  ResourceTypeQuery,
} from "@tintype/contract/image-v2/metadefs.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import { createNamespace, deleteNamespace, replaceNamespace } from "../../metadefs/change-namespaces.ts";
import { getNamespace, listNamespaces } from "../../metadefs/show-namespaces.ts";
import type { NamespaceQuery } from "../../metadefs/show-namespaces.ts";
import { addressOf, refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import {
  Gone,
  metadefAddress,
  metadefTags as tags,
  namespaceParams as params,
  namespacePath,
  namespacesPath,
  readAccess,
  writeAccess,
} from "./metadef-app.ts";
import { pageLinks } from "./page-links.ts";
import { parseContents, parseNamespace } from "./parse-metadef.ts";
import { parsePageQuery } from "./parse-page-query.ts";
import { prefixOf, toNamespace, toNamespaceWords } from "./to-metadef.ts";

const defaultLimit = 25;
const sortKeys = new Map([
  ["created_at", "createdAt"],
  ["updated_at", "updatedAt"],
  ["namespace", "name"],
  ["owner", "owner"],
  ["visibility", "visibility"],
] as const);

/** Lists, makes, shows, changes and deletes namespaces of definitions. */
export function addMetadefNamespaceRoutes(app: ImageV2App, services: ImageV2Services): void {
  addReadingRoutes(app, services);
  addChangingRoutes(app, services);
}

function addReadingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.get(
    namespacesPath,
    {
      config: readAccess,
      schema: {
        operationId: "listMetadefNamespaces",
        summary: "List namespaces, newest first",
        tags,
        querystring: MetadefNamespacesQuery,
        response: { 200: MetadefNamespacesAnswer, ...refusals },
      },
    },
    async ({ principal, query, url }) => {
      const page = parsePageQuery(query, sortKeys, defaultLimit);
      const found = await listNamespaces(services, principal, { filter: parseFilter(query), page });
      const last = found.length === page.limit ? found.at(-1)?.namespace.name : undefined;
      return {
        namespaces: found.map((namespace) => toNamespace(namespace)),
        schema: "/v2/schemas/metadefs/namespaces",
        ...pageLinks(namespacesPath, url, last),
      };
    },
  );
  app.get(
    namespacePath,
    {
      config: readAccess,
      schema: {
        operationId: "showMetadefNamespace",
        summary: "Show a namespace with everything in it",
        tags,
        params,
        querystring: ResourceTypeQuery,
        response: { 200: MetadefNamespace, ...refusals },
      },
    },
    async ({ principal, params: { namespace }, query: { resource_type: type } }) => {
      const found = await getNamespace(services, principal, namespace);
      return toNamespace(found, prefixOf(found.items, type));
    },
  );
}

function addChangingRoutes(app: ImageV2App, services: ImageV2Services): void {
  app.post(
    namespacesPath,
    {
      config: writeAccess("createMetadefNamespace"),
      schema: {
        operationId: "createMetadefNamespace",
        summary: "Make a namespace, with things in it or without",
        tags,
        body: MetadefNamespace,
        response: { 201: MetadefNamespace, ...refusals },
      },
    },
    async (request, reply) => {
      const { principal, body } = request;
      request.traced = { resourceId: body.namespace, resourceName: body.namespace };
      const made = await createNamespace(services, principal, { ...parseNamespace(body), items: parseContents(body) });
      const location = addressOf(request, metadefAddress(made.namespace.name));
      return await reply.code(201).header("location", location).send(toNamespace(made));
    },
  );
  app.put(
    namespacePath,
    {
      config: writeAccess("updateMetadefNamespace"),
      schema: {
        operationId: "replaceMetadefNamespace",
        summary: "Change the words of a namespace, its name too",
        tags,
        params,
        body: MetadefNamespace,
        response: { 200: MetadefNamespace, ...refusals },
      },
    },
    async ({ principal, params: { namespace: current }, body }) =>
      toNamespaceWords(await replaceNamespace(services, principal, { current, ...parseNamespace(body) })),
  );
  app.delete(
    namespacePath,
    {
      config: writeAccess("deleteMetadefNamespace"),
      schema: {
        operationId: "deleteMetadefNamespace",
        summary: "Delete a namespace with everything in it",
        tags,
        params,
        response: { 204: Gone, ...refusals },
      },
    },
    async ({ principal, params: { namespace } }, reply) => {
      await deleteNamespace(services, principal, namespace);
      return await reply.code(204).send(null);
    },
  );
}

/** Throws  image.invalidQuery */
function parseFilter({ visibility, resource_types: types = "" }: MetadefNamespacesQuery): NamespaceQuery["filter"] {
  const resourceTypes = types.split(",").filter((type) => type !== "");
  if (visibility === undefined || visibility === "public" || visibility === "private") {
    return { visibility, resourceTypes };
  }
  throw new ServiceError("image.invalidQuery", { name: "visibility", problem: "it is neither public nor private" });
}
