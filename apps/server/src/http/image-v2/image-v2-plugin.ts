import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyReply, FastifyRequest } from "fastify";
import { speakJson } from "../speak-json.ts";
import { answerImageError } from "./answer-image-error.ts";
import { addImageActionRoutes } from "./image-action-routes.ts";
import { addImageMemberRoutes } from "./image-member-routes.ts";
import { addImageRoutes } from "./image-routes.ts";
import { addImageTagRoutes } from "./image-tag-routes.ts";
import { imageV2Prefix } from "./image-v2-app.ts";
import type { ImageV2App } from "./image-v2-app.ts";
import type { ImageV2Services } from "./image-v2-services.ts";
import { addCacheRoutes } from "./cache-routes.ts";
import { addFileRoutes } from "./file-routes.ts";
import { addImportRoutes } from "./import-routes.ts";
import { addInfoRoutes } from "./info-routes.ts";
import { addMetadefNamespaceRoutes } from "./metadef-namespace-routes.ts";
import { addMetadefObjectRoutes } from "./metadef-object-routes.ts";
import { addMetadefPropertyRoutes } from "./metadef-property-routes.ts";
import { addMetadefTagRoutes } from "./metadef-tag-routes.ts";
import { addMetadefTypeRoutes } from "./metadef-type-routes.ts";
import { addLocationRoutes } from "./location-routes.ts";
import { readJsonBody } from "./read-json-body.ts";
import { routedMethods } from "./routed-methods.ts";
import type { RoutedMethods } from "./routed-methods.ts";
import { addSchemaRoutes } from "./schema-routes.ts";
import { addStoreRoutes } from "./store-routes.ts";
import { addTaskRoutes } from "./task-routes.ts";
import { addVersionRoutes, versionsFor } from "./version-routes.ts";

/** The dialect of the OpenStack Image API v2, for Glance's unmodified clients. Register it under `imageV2Prefix`. */
export function imageV2Plugin(services: ImageV2Services): FastifyPluginAsyncTypebox {
  return async (app) => {
    const methodsAt = routedMethods(app);
    prepare(app, services);
    app.setNotFoundHandler(async (request, reply) => answerUnrouted({ methodsAt, services }, request, reply));
    addVersionRoutes(app, services);
    addSchemaRoutes(app);
    addImageRoutes(app, services);
    addImageTagRoutes(app, services);
    addImageActionRoutes(app, services);
    addImageMemberRoutes(app, services);
    addFileRoutes(app, services);
    addImportRoutes(app, services);
    addLocationRoutes(app, services);
    addTaskRoutes(app, services);
    addInfoRoutes(app, services);
    addStoreRoutes(app, services);
    addCacheRoutes(app, services);
    addMetadefNamespaceRoutes(app, services);
    addMetadefObjectRoutes(app, services);
    addMetadefPropertyRoutes(app, services);
    addMetadefTagRoutes(app, services);
    addMetadefTypeRoutes(app, services);
  };
}

function prepare(app: ImageV2App, { requirePrincipal }: ImageV2Services): void {
  speakJson(app, { requirePrincipal, readBody: readJsonBody });
  app.setErrorHandler(answerImageError);
  app.addHook("onRequest", async (request) => {
    // A slash at the end is an empty name, and nothing has one.
    if (Object.values(request.params ?? {}).includes("")) {
      throw notFound(request);
    }
  });
}

/** Tells a wrong method from a wrong address, and a wrong address from a version that there is not. */
async function answerUnrouted(
  { methodsAt, services }: { readonly methodsAt: RoutedMethods; readonly services: ImageV2Services },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const path = pathOf(request);
  const methods = methodsAt(path);
  if (methods.length > 0) {
    const allowed = methods.join(", ");
    return answerImageError(new ServiceError("image.methodNotAllowed", { method: request.method, allowed }), request, reply);
  }
  const [, first] = path.slice(imageV2Prefix.length).split("/");
  return first === "v2"
    ? answerImageError(notFound(request), request, reply)
    : reply.code(300).type("application/json").send(versionsFor(request, services));
}

function notFound(request: FastifyRequest): ServiceError {
  return new ServiceError("ops.routeNotFound", { method: request.method, path: pathOf(request).slice(0, 200) });
}

function pathOf({ url }: FastifyRequest): string {
  return url.split("?", 1)[0] ?? "";
}
