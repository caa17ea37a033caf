import { imageVersions, VersionsAnswer } from "@tintype/contract/image-v2/versions.table.ts";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { areSeveral } from "../../images/wanted-stores.ts";
import type { NamedStores } from "../../ports/named-stores.ts";
import { addressOf } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";

const tags = ["versions"];
const config = { access: "anyone" as const };
const security: never[] = [];

/** Tells which versions there are, to anyone. The status is that of a choice, 300, except where the list is what was asked for. */
export function addVersionRoutes(app: ImageV2App, services: ListedParts): void {
  app.get(
    "/",
    {
      config,
      schema: { operationId: "listImageVersions", summary: "List the versions", tags, security, response: { 300: VersionsAnswer } },
    },
    async (request, reply) => await reply.code(300).send(versionsFor(request, services)),
  );
  app.get(
    "/versions",
    {
      config,
      schema: {
        operationId: "showImageVersions",
        summary: "List the versions, with status 200",
        tags,
        security,
        response: { 200: VersionsAnswer },
      },
    },
    async (request) => versionsFor(request, services),
  );
  app.get(
    "/v2",
    {
      config,
      schema: { operationId: "showImageVersion", summary: "Show the current version", tags, security, response: { 300: VersionsAnswer } },
    },
    async (request, reply) => await reply.code(300).send({ versions: versionsFor(request, services).versions.slice(0, 1) }),
  );
  app.get(
    "/healthcheck",
    {
      config,
      schema: {
        operationId: "checkImageHealth",
        summary: "See that calls are answered",
        tags,
        security,
        response: { 200: { content: { "text/plain": { schema: Type.String() } } } },
      },
    },
    async (_request, reply) => await reply.type("text/plain; charset=utf-8").serializer(String).send("OK"),
  );
}

/** What the service may have, and lists versions for. */
export interface ListedParts {
  readonly imageCache?: unknown;
  readonly stores: NamedStores;
}

/** The versions that are listed, with addresses as the client reaches them. */
export function versionsFor(request: Pick<FastifyRequest, "protocol" | "host">, services: ListedParts): VersionsAnswer {
  const has = { cache: services.imageCache !== undefined, stores: areSeveral(services.stores) };
  const listed = imageVersions.filter(({ needs }) => needs === undefined || has[needs]);
  const current = listed.at(-1)?.id;
  return {
    versions: listed.toReversed().map(({ id }) => ({
      id,
      status: id === current ? ("CURRENT" as const) : ("SUPPORTED" as const),
      links: [{ rel: "self" as const, href: addressOf(request, "/v2/") }],
    })),
  };
}
