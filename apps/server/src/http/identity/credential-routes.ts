import { Type } from "typebox";
import { CreateCredentialBody, CredentialBody, CredentialsBody, UpdateCredentialBody } from "@tintype/contract/identity/credentials.ts";
import type { Credential } from "@tintype/contract/identity/credentials.ts";
import { createAccessKey, deleteAccessKey, getAccessKey, listAccessKeys, updateAccessKey } from "../../identity/manage-credentials.ts";
import type { AccessKeyRecord } from "../../ports/identity-catalog.ts";
import { refusals, traced, withMicroseconds } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";

const tags = ["credentials"];
const params = Type.Object({ access_key: Type.String() });

/** Makes, shows, changes and deletes access keys. Everybody may do that with its own; the use cases ask for rights on those of others. */
export function addCredentialRoutes(app: IdentityApp, services: IdentityServices): void {
  app.post(
    "/OS-CREDENTIAL/credentials",
    {
      config: { access: "authenticated", trace: traced("credential", "createCredential") },
      schema: {
        operationId: "createCredential",
        summary: "Make an access key; its secret is told this once",
        tags,
        body: CreateCredentialBody,
        response: { 201: CredentialBody, ...refusals },
      },
    },
    async ({ principal, body: { credential } }, reply) => {
      const { user_id: userId, description = "" } = credential;
      const key = await createAccessKey(services, principal, { userId, description });
      return await reply.code(201).send({ credential: { ...toCredential(key), secret: key.secret } });
    },
  );
  app.get(
    "/OS-CREDENTIAL/credentials",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "listCredentials",
        summary: "List the access keys of a user",
        tags,
        querystring: Type.Object({ user_id: Type.Optional(Type.String({ description: "default: the caller" })) }),
        response: { 200: CredentialsBody, ...refusals },
      },
    },
    async ({ principal, query }) => ({
      credentials: (await listAccessKeys(services, principal, query.user_id ?? principal.userId)).map(toCredential),
    }),
  );
  addCredentialChangeRoutes(app, services);
}

function addCredentialChangeRoutes(app: IdentityApp, services: IdentityServices): void {
  app.get(
    "/OS-CREDENTIAL/credentials/:access_key",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "showCredential",
        summary: "Show an access key",
        tags,
        params,
        response: { 200: CredentialBody, ...refusals },
      },
    },
    async ({ principal, params: { access_key: access } }) => ({
      credential: toCredential(await getAccessKey(services, principal, access)),
    }),
  );
  app.put(
    "/OS-CREDENTIAL/credentials/:access_key",
    {
      config: { access: "authenticated", trace: traced("credential", "updateCredential") },
      schema: {
        operationId: "updateCredential",
        summary: "Enable, disable or describe an access key",
        tags,
        params,
        body: UpdateCredentialBody,
        response: { 200: CredentialBody, ...refusals },
      },
    },
    async ({ principal, params: { access_key: access }, body: { credential } }) => {
      const { status, description } = credential;
      const change = {
        ...(status === undefined ? {} : { enabled: status === "active" }),
        ...(description === undefined ? {} : { description }),
      };
      return { credential: toCredential(await updateAccessKey(services, principal, access, change)) };
    },
  );
  app.delete(
    "/OS-CREDENTIAL/credentials/:access_key",
    {
      config: { access: "authenticated", trace: traced("credential", "deleteCredential") },
      schema: {
        operationId: "deleteCredential",
        summary: "Delete an access key",
        tags,
        params,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async ({ principal, params: { access_key: access } }, reply) => {
      await deleteAccessKey(services, principal, access);
      return await reply.code(204).send(null);
    },
  );
}

function toCredential({ access, userId, enabled, description = "", createdAt = 0 }: AccessKeyRecord): Credential {
  return { access, user_id: userId, status: enabled ? "active" : "inactive", description, create_time: withMicroseconds(createdAt) };
}
