import type { Action } from "@tintype/contract/permissions/actions.table.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";
import type { FastifyInstance, preValidationAsyncHookHandler } from "fastify";
import { mayDo } from "../../identity/authorize.ts";
import { forbidden } from "../../identity/forbidden.ts";
import type { Principal } from "../../ports/principal.ts";

/**
 * Holds every route that is registered on `app` after this call to its `config.access`: the caller is authenticated and its rights are
 * looked at before the body is judged. A route that does not say who may call it cannot be registered. Call it before other hooks.
 */
export function guardRoutes(app: Pick<FastifyInstance, "addHook">, requirePrincipal: preValidationAsyncHookHandler): void {
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.access === undefined) {
      throw new Error(`The route ${String(method)} ${url} does not say who may call it: set config.access`);
    }
  });
  app.addHook("preValidation", async function guard(request, reply) {
    const { access } = request.routeOptions.config;
    if (access === "anyone" || request.is404) {
      return;
    }
    await requirePrincipal.call(this, request, reply);
    if (access !== "authenticated") {
      requireOneOf(request.principal, access ?? []);
    }
  });
}

/** Throws  identity.projectRequired, or the refusal of the action's service, for the first of the actions */
function requireOneOf(principal: Principal, access: readonly Action[]): void {
  const [first] = access;
  if (first === undefined || access.some((action) => mayDo(principal, action))) {
    return;
  }
  if (principal.project === undefined && (principal.isForDomain !== true || !first.startsWith("iam:"))) {
    throw new ServiceError("identity.projectRequired");
  }
  throw forbidden(principal, first);
}
