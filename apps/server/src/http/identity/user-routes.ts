import { Type } from "typebox";
import { ChangePasswordBody, CreateUserBody, UpdateUserBody, UserBody, UsersBody } from "@tintype/contract/identity/users.ts";
import type { User } from "@tintype/contract/identity/users.ts";
import { changeOwnPassword, createUser, deleteUser, getUser, listUsers, updateUser } from "../../identity/manage-users.ts";
import type { UserRecord } from "../../ports/identity-catalog.ts";
import { listLinks, refusals, traced } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";

const tags = ["users"];
const params = Type.Object({ user_id: Type.String() });

/** A user, as identity answers it. */
export function toUser({ id, name, domainId, description = "", enabled }: UserRecord, base: string): User {
  return { id, name, domain_id: domainId, description, enabled, password_expires_at: null, links: { self: `${base}/users/${id}` } };
}

/** Makes, shows, changes and deletes users. */
export function addUserRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.post(
    "/users",
    {
      config: { access: ["iam:users:createUser"], trace: traced("user", "createUser") },
      schema: { operationId: "createUser", summary: "Make a user", tags, body: CreateUserBody, response: { 201: UserBody, ...refusals } },
    },
    async ({ principal, body: { user } }, reply) => {
      const { name, domain_id: domainId, description = "", password, enabled = true } = user;
      const made = await createUser(services, principal, { name, domainId, description, password, enabled });
      return await reply.code(201).send({ user: toUser(made, base()) });
    },
  );
  app.get(
    "/users",
    {
      config: { access: ["iam:users:listUsers"] },
      schema: {
        operationId: "listUsers",
        summary: "List users",
        tags,
        querystring: Type.Object({ name: Type.Optional(Type.String()), domain_id: Type.Optional(Type.String()) }),
        response: { 200: UsersBody, ...refusals },
      },
    },
    async ({ principal, query: { name, domain_id: domainId } }) => {
      const users = await listUsers(services, principal, { name, domainId });
      return { users: users.map((user) => toUser(user, base())), links: listLinks(`${base()}/users`) };
    },
  );
  app.get(
    "/users/:user_id",
    {
      config: { access: "authenticated" },
      schema: { operationId: "showUser", summary: "Show a user", tags, params, response: { 200: UserBody, ...refusals } },
    },
    async ({ principal, params: { user_id: id } }) => ({ user: toUser(await getUser(services, principal, id), base()) }),
  );
  addUserChangeRoutes(app, services);
}

function addUserChangeRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.patch(
    "/users/:user_id",
    {
      config: { access: ["iam:users:updateUser"], trace: traced("user", "updateUser") },
      schema: {
        operationId: "updateUser",
        summary: "Change a user",
        tags,
        params,
        body: UpdateUserBody,
        response: { 200: UserBody, ...refusals },
      },
    },
    async ({ principal, params: { user_id: id }, body: { user } }) => {
      const { name, description, password, enabled } = user;
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(password === undefined ? {} : { password }),
        ...(enabled === undefined ? {} : { enabled }),
      };
      return { user: toUser(await updateUser(services, principal, id, change), base()) };
    },
  );
  app.post(
    "/users/:user_id/password",
    {
      config: { access: "authenticated", trace: traced("user", "changePassword") },
      schema: {
        operationId: "changePassword",
        summary: "Change the own password",
        tags,
        params,
        body: ChangePasswordBody,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async ({ principal, params: { user_id: id }, body: { user } }, reply) => {
      await changeOwnPassword(services, principal, { id, original: user.original_password, password: user.password });
      return await reply.code(204).send(null);
    },
  );
  app.delete(
    "/users/:user_id",
    {
      config: { access: ["iam:users:deleteUser"], trace: traced("user", "deleteUser") },
      schema: { operationId: "deleteUser", summary: "Delete a user", tags, params, response: { 204: Type.Null(), ...refusals } },
    },
    async ({ principal, params: { user_id: id } }, reply) => {
      await deleteUser(services, principal, id);
      return await reply.code(204).send(null);
    },
  );
}
