import { Type } from "typebox";
import { CreatePolicyBody, RoleBody, RolesBody, UpdatePolicyBody } from "@tintype/contract/identity/roles.ts";
import type { Role } from "@tintype/contract/identity/roles.ts";
import { createPolicy, deletePolicy, getPolicy, listPolicies, updatePolicy } from "../../identity/manage-policies.ts";
import { systemRole, systemRoles } from "../../identity/system-roles.table.ts";
import type { Principal } from "../../ports/principal.ts";
import { listLinks, refusals, traced } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";
import { policyToRole, systemRoleToRole } from "./to-role.ts";

const tags = ["roles"];
const params = Type.Object({ role_id: Type.String() });
const RolesQuery = Type.Object({
  name: Type.Optional(Type.String()),
  display_name: Type.Optional(Type.String()),
  domain_id: Type.Optional(Type.String({ description: "custom policies of this domain only" })),
  catalog: Type.Optional(Type.String()),
});

/** Lists and shows roles and policies, the system's and the domain's. */
export function addRoleRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.get(
    "/roles",
    {
      config: { access: ["iam:roles:listRoles"] },
      schema: {
        operationId: "listRoles",
        summary: "List roles and policies",
        tags,
        querystring: RolesQuery,
        response: { 200: RolesBody, ...refusals },
      },
    },
    async ({ principal, query }) => {
      const system = query.domain_id === undefined ? systemRoles.map((role) => systemRoleToRole(role, base())) : [];
      const roles = [...system, ...(await customRoles(services, principal, base()))].filter(
        (role) =>
          (query.name === undefined || role.name === query.name) &&
          (query.display_name === undefined || role.display_name === query.display_name) &&
          (query.catalog === undefined || role.catalog === query.catalog),
      );
      return { roles, links: listLinks(`${base()}/roles`), total_number: roles.length };
    },
  );
  app.get(
    "/roles/:role_id",
    {
      config: { access: ["iam:roles:getRole"] },
      schema: { operationId: "showRole", summary: "Show a role or policy", tags, params, response: { 200: RoleBody, ...refusals } },
    },
    async ({ principal, params: { role_id: id } }) => {
      const system = systemRole(id);
      return {
        role: system === undefined ? policyToRole(await getPolicy(services, principal, id), base()) : systemRoleToRole(system, base()),
      };
    },
  );
}

async function customRoles(services: IdentityServices, principal: Principal, base: string): Promise<readonly Role[]> {
  return (await listPolicies(services, principal)).map((policy) => policyToRole(policy, base));
}

/** Makes, shows, changes and deletes the policies that a domain writes for itself. */
export function addPolicyRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.get(
    "/OS-ROLE/roles",
    {
      config: { access: ["iam:roles:listRoles"] },
      schema: { operationId: "listCustomPolicies", summary: "List custom policies", tags, response: { 200: RolesBody, ...refusals } },
    },
    async ({ principal }) => {
      const roles = [...(await customRoles(services, principal, base()))];
      return { roles, links: listLinks(`${services.urls().http}/v3.0/OS-ROLE/roles`), total_number: roles.length };
    },
  );
  app.get(
    "/OS-ROLE/roles/:role_id",
    {
      config: { access: ["iam:roles:getRole"] },
      schema: { operationId: "showCustomPolicy", summary: "Show a custom policy", tags, params, response: { 200: RoleBody, ...refusals } },
    },
    async ({ principal, params: { role_id: id } }) => ({ role: policyToRole(await getPolicy(services, principal, id), base()) }),
  );
  addPolicyChangeRoutes(app, services);
}

function addPolicyChangeRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.post(
    "/OS-ROLE/roles",
    {
      config: { access: ["iam:roles:createRole"], trace: traced("policy", "createPolicy") },
      schema: {
        operationId: "createCustomPolicy",
        summary: "Make a custom policy",
        tags,
        body: CreatePolicyBody,
        response: { 201: RoleBody, ...refusals },
      },
    },
    async ({ principal, body: { role } }, reply) => {
      const request = { name: role.display_name, description: role.description, document: role.policy };
      return await reply.code(201).send({ role: policyToRole(await createPolicy(services, principal, request), base()) });
    },
  );
  app.patch(
    "/OS-ROLE/roles/:role_id",
    {
      config: { access: ["iam:roles:updateRole"], trace: traced("policy", "updatePolicy") },
      schema: {
        operationId: "updateCustomPolicy",
        summary: "Change a custom policy",
        tags,
        params,
        body: UpdatePolicyBody,
        response: { 200: RoleBody, ...refusals },
      },
    },
    async ({ principal, params: { role_id: id }, body: { role } }) => {
      const change = {
        ...(role.display_name === undefined ? {} : { name: role.display_name }),
        ...(role.description === undefined ? {} : { description: role.description }),
        ...(role.policy === undefined ? {} : { document: role.policy }),
      };
      return { role: policyToRole(await updatePolicy(services, principal, id, change), base()) };
    },
  );
  app.delete(
    "/OS-ROLE/roles/:role_id",
    {
      config: { access: ["iam:roles:deleteRole"], trace: traced("policy", "deletePolicy") },
      schema: {
        operationId: "deleteCustomPolicy",
        summary: "Delete a custom policy, and take it from everybody",
        tags,
        params,
        response: { 200: Type.Object({}), ...refusals },
      },
    },
    async ({ principal, params: { role_id: id } }) => {
      await deletePolicy(services, principal, id);
      return {};
    },
  );
}
