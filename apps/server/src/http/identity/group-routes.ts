import { Type } from "typebox";
import { CreateGroupBody, GroupBody, GroupsBody, UpdateGroupBody, UsersBody } from "@tintype/contract/identity/users.ts";
import type { Group } from "@tintype/contract/identity/users.ts";
import {
  addMember,
  checkMember,
  createGroup,
  deleteGroup,
  getGroup,
  listGroups,
  listGroupsOf,
  listMembers,
  removeMember,
  updateGroup,
} from "../../identity/manage-groups.ts";
import type { GroupRecord } from "../../ports/identity-catalog.ts";
import { listLinks, refusals, traced } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";
import { toUser } from "./user-routes.ts";

const tags = ["groups"];
const params = Type.Object({ group_id: Type.String() });

/** Makes, shows, changes and deletes groups, and says who is in them. */
export function addGroupRoutes(app: IdentityApp, services: IdentityServices): void {
  addOwnRoutes(app, services);
  addChangeRoutes(app, services);
  addMembershipRoutes(app, services);
  addMembershipListRoutes(app, services);
}

function toGroup({ id, name, domainId, description, createdAt }: GroupRecord, base: string): Group {
  return { id, name, domain_id: domainId, description, create_time: createdAt, links: { self: `${base}/groups/${id}` } };
}

function addOwnRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.post(
    "/groups",
    {
      config: { access: ["iam:groups:createGroup"], trace: traced("userGroup", "createUserGroup") },
      schema: {
        operationId: "createGroup",
        summary: "Make a group",
        tags,
        body: CreateGroupBody,
        response: { 201: GroupBody, ...refusals },
      },
    },
    async ({ principal, body: { group } }, reply) => {
      const { name, domain_id: domainId, description = "" } = group;
      return await reply
        .code(201)
        .send({ group: toGroup(await createGroup(services, principal, { name, domainId, description }), base()) });
    },
  );
  app.get(
    "/groups",
    {
      config: { access: ["iam:groups:listGroups"] },
      schema: {
        operationId: "listGroups",
        summary: "List groups",
        tags,
        querystring: Type.Object({ name: Type.Optional(Type.String()), domain_id: Type.Optional(Type.String()) }),
        response: { 200: GroupsBody, ...refusals },
      },
    },
    async ({ principal, query: { name, domain_id: domainId } }) => {
      const groups = await listGroups(services, principal, { name, domainId });
      return { groups: groups.map((group) => toGroup(group, base())), links: listLinks(`${base()}/groups`) };
    },
  );
  app.get(
    "/groups/:group_id",
    {
      config: { access: ["iam:groups:getGroup"] },
      schema: { operationId: "showGroup", summary: "Show a group", tags, params, response: { 200: GroupBody, ...refusals } },
    },
    async ({ principal, params: { group_id: id } }) => ({ group: toGroup(await getGroup(services, principal, id), base()) }),
  );
}

function addChangeRoutes(app: IdentityApp, services: IdentityServices): void {
  app.patch(
    "/groups/:group_id",
    {
      config: { access: ["iam:groups:updateGroup"], trace: traced("userGroup", "updateUserGroup") },
      schema: {
        operationId: "updateGroup",
        summary: "Change a group",
        tags,
        params,
        body: UpdateGroupBody,
        response: { 200: GroupBody, ...refusals },
      },
    },
    async ({ principal, params: { group_id: id }, body: { group } }) => {
      const { name, description } = group;
      const change = { ...(name === undefined ? {} : { name }), ...(description === undefined ? {} : { description }) };
      return { group: toGroup(await updateGroup(services, principal, id, change), `${services.urls().http}/v3`) };
    },
  );
  app.delete(
    "/groups/:group_id",
    {
      config: { access: ["iam:groups:deleteGroup"], trace: traced("userGroup", "deleteUserGroup") },
      schema: { operationId: "deleteGroup", summary: "Delete a group", tags, params, response: { 204: Type.Null(), ...refusals } },
    },
    async ({ principal, params: { group_id: id } }, reply) => {
      await deleteGroup(services, principal, id);
      return await reply.code(204).send(null);
    },
  );
}

function addMembershipRoutes(app: IdentityApp, services: IdentityServices): void {
  for (const { method, access, name, summary, act } of [
    { method: "PUT", access: "iam:permissions:addUserToGroup", name: "addUserToGroup", summary: "Put a user into a group", act: addMember },
    {
      method: "DELETE",
      access: "iam:permissions:removeUserFromGroup",
      name: "removeUserFromGroup",
      summary: "Take a user out of a group",
      act: removeMember,
    },
    {
      method: "HEAD",
      access: "iam:permissions:checkUserInGroup",
      name: undefined,
      summary: "See whether a user is in a group",
      act: checkMember,
    },
  ] as const) {
    app.route({
      method,
      url: "/groups/:group_id/users/:user_id",
      config: { access: [access], ...(name === undefined ? {} : { trace: traced("userGroup", name) }) },
      schema: {
        operationId: name ?? "checkUserInGroup",
        summary,
        tags,
        params: Type.Object({ group_id: Type.String(), user_id: Type.String() }),
        response: { 204: Type.Null(), ...refusals },
      },
      handler: async ({ principal, params: { group_id: groupId, user_id: userId } }, reply) => {
        await act(services, principal, { groupId, userId });
        return await reply.code(204).send(null);
      },
    });
  }
}

function addMembershipListRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.get(
    "/groups/:group_id/users",
    {
      config: { access: ["iam:users:listUsersForGroup"] },
      schema: {
        operationId: "listGroupUsers",
        summary: "List the users of a group",
        tags,
        params,
        response: { 200: UsersBody, ...refusals },
      },
    },
    async ({ principal, params: { group_id: id } }) => {
      const users = await listMembers(services, principal, id);
      return { users: users.map((user) => toUser(user, base())), links: listLinks(`${base()}/groups/${id}/users`) };
    },
  );
  app.get(
    "/users/:user_id/groups",
    {
      config: { access: "authenticated" },
      schema: {
        operationId: "listUserGroups",
        summary: "List the groups of a user",
        tags,
        params: Type.Object({ user_id: Type.String() }),
        response: { 200: GroupsBody, ...refusals },
      },
    },
    async ({ principal, params: { user_id: id } }) => {
      const groups = await listGroupsOf(services, principal, id);
      return { groups: groups.map((group) => toGroup(group, base())), links: listLinks(`${base()}/users/${id}/groups`) };
    },
  );
}
