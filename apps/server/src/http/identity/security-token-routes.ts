import { ServiceError } from "@tintype/contract/service-error.ts";
import { SecurityTokenAnswer, SecurityTokenBody } from "@tintype/contract/identity/credentials.ts";
import { makeTemporaryKey } from "../../identity/make-temporary-key.ts";
import type { Principal } from "../../ports/principal.ts";
import { refusals, traced, withMicroseconds } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";

type Request = Parameters<typeof makeTemporaryKey>[1];

/** Makes access keys that end by themselves. */
export function addSecurityTokenRoutes(app: IdentityApp, services: IdentityServices): void {
  app.post(
    "/OS-CREDENTIAL/securitytokens",
    {
      config: { access: "authenticated", trace: traced("credential", "createTemporaryCredential") },
      schema: {
        operationId: "createTemporaryCredential",
        summary: "Make an access key that ends by itself",
        tags: ["credentials"],
        body: SecurityTokenBody,
        response: { 201: SecurityTokenAnswer, ...refusals },
      },
    },
    async ({ principal, body, headers }, reply) => {
      const sent = headers["x-auth-token"];
      const request = requestOf(body.auth.identity, { principal, token: typeof sent === "string" ? sent : undefined });
      const { access, secret, securityToken, expiresAt } = await makeTemporaryKey(services, request);
      const credential = { access, secret, securitytoken: securityToken, expires_at: withMicroseconds(expiresAt) };
      return await reply.code(201).header("cache-control", "no-store").send({ credential });
    },
  );
}

/** Throws  identity.methodUnsupported, identity.sessionPolicyUnsupported */
function requestOf(
  { methods, token, assume_role: assumed, policy }: SecurityTokenBody["auth"]["identity"],
  caller: { readonly principal: Principal; readonly token: string | undefined },
): Request {
  if (policy !== undefined) {
    throw new ServiceError("identity.sessionPolicyUnsupported");
  }
  const [method, ...others] = methods;
  if (others.length === 0 && method === "assume_role" && assumed !== undefined) {
    const domain = { id: assumed.domain_id, name: assumed.domain_name };
    const proof = { method: "assumeRole", caller: caller.principal, agency: { name: assumed.agency_name, domain } } as const;
    return { proof, durationSeconds: assumed.duration_seconds };
  }
  const proving = token?.id ?? caller.token;
  if (others.length === 0 && method === "token" && proving !== undefined) {
    return { proof: { method, token: proving }, durationSeconds: token?.duration_seconds };
  }
  throw new ServiceError("identity.methodUnsupported", { methods: methods.join(", ").slice(0, 100) });
}
