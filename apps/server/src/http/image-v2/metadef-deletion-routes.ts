import { removeItem, removeItems } from "../../metadefs/change-items.ts";
import type { MetadefKind } from "../../ports/metadef-catalog.ts";
import { refusals } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { Gone, itemParams, metadefTags as tags, namespaceParams as params, writeAccess } from "./metadef-app.ts";

/** Things that a namespace has, and what they are called. */
interface Deletable {
  readonly kind: MetadefKind;
  readonly listPath: string;
  /** As operations and texts name one and all of them. */
  readonly one: string;
  readonly all: string;
}

/** Deletes one thing of a namespace, or all of its kind. */
export function addMetadefDeletionRoutes(app: ImageV2App, services: ImageV2Services, { kind, listPath, one, all }: Deletable): void {
  const response = { 204: Gone, ...refusals };
  app.delete(
    `${listPath}/:name`,
    {
      config: writeAccess(`deleteMetadef${one}`),
      schema: { operationId: `deleteMetadef${one}`, summary: `Delete one of the ${all.toLowerCase()}`, tags, params: itemParams, response },
    },
    async ({ principal, params: { namespace, name } }, reply) => {
      await removeItem(services, principal, { namespace, kind, name });
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    listPath,
    {
      config: writeAccess(`deleteMetadef${all}`),
      schema: { operationId: `deleteMetadef${all}`, summary: `Delete all ${all.toLowerCase()} of a namespace`, tags, params, response },
    },
    async ({ principal, params: { namespace } }, reply) => {
      await removeItems(services, principal, { namespace, kind });
      return await reply.code(204).send(null);
    },
  );
}
