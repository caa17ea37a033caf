import { Type } from "typebox";
import { GivenRolesBody, RoleAssignmentsBody } from "@tintype/contract/identity/roles.ts";
import type { RoleAssignment } from "@tintype/contract/identity/roles.ts";
import { checkRole, grantRole, listAssignments, listRolesAt, namesOfAssignments, revokeRole } from "../../identity/manage-assignments.ts";
import type { AssignmentRecord } from "../../ports/identity-catalog.ts";
import { assignmentPaths } from "./assignment-paths.table.ts";
import type { AssignmentPath } from "./assignment-paths.table.ts";
import { listLinks, refusals, traced } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";

const tags = ["rights"];
const Place = { scope_id: Type.String(), subject_id: Type.String() };

/** Gives, takes, checks and lists rights, at every address of one version of the dialect. */
export function addAssignmentRoutes(app: IdentityApp, services: IdentityServices, version: AssignmentPath["version"]): void {
  for (const path of assignmentPaths.filter((candidate) => candidate.version === version)) {
    addChangeRoutes(app, services, path);
    addListRoute(app, services, path);
  }
}

function addChangeRoutes(app: IdentityApp, services: IdentityServices, place: AssignmentPath): void {
  for (const { method, access, verb, act } of [
    { method: "PUT", access: "iam:permissions:grantRole", verb: "grantRole", act: grantRole },
    { method: "DELETE", access: "iam:permissions:revokeRole", verb: "revokeRole", act: revokeRole },
    { method: "HEAD", access: "iam:permissions:listRoleAssignments", verb: "checkRole", act: checkRole },
  ] as const) {
    const trace = method === "HEAD" ? {} : { trace: traced(place.subjectKind, verb) };
    app.route({
      method,
      url: `${place.path}/:role_id${place.suffix}`,
      config: { access: [access], ...trace },
      schema: {
        operationId: `${verb}To${place.name}`,
        summary: `${verb === "grantRole" ? "Give" : verb === "revokeRole" ? "Take" : "Check"} a role or policy`,
        tags,
        params: Type.Object({ ...Place, role_id: Type.String() }),
        response: { 204: Type.Null(), ...refusals },
      },
      handler: async ({ principal, params }, reply) => {
        const { scope_id: scopeId, subject_id: subjectId, role_id: roleId } = params;
        const { scopeKind, subjectKind } = place;
        await act(services, principal, { scopeKind, scopeId, subjectKind, subjectId, roleId });
        return await reply.code(204).send(null);
      },
    });
  }
}

function addListRoute(app: IdentityApp, services: IdentityServices, { path, suffix, scopeKind, subjectKind, name }: AssignmentPath): void {
  app.get(
    `${path}${suffix}`,
    {
      config: { access: ["iam:permissions:listRoleAssignments"] },
      schema: {
        operationId: `listRolesOf${name}`,
        summary: "List the roles and policies of somebody",
        tags,
        params: Type.Object(Place),
        response: { 200: GivenRolesBody, ...refusals },
      },
    },
    async ({ principal, params: { scope_id: scopeId, subject_id: subjectId }, url }) => {
      const base = services.urls().http;
      const roles = await listRolesAt(services, principal, { scopeKind, scopeId, subjectKind, subjectId });
      const shown = roles.map(({ id, name: displayName }) => ({
        id,
        name: id,
        display_name: displayName,
        links: { self: `${base}/v3/roles/${id}` },
      }));
      return { roles: shown, links: listLinks(`${base}${url}`) };
    },
  );
}

/** Fields of a line, by the parameters that ask for them. */
const subjectFilters = { "user.id": "user", "group.id": "group", "agency.id": "agency" } as const;
const AssignmentsQuery = Type.Object({
  "user.id": Type.Optional(Type.String()),
  "group.id": Type.Optional(Type.String()),
  "agency.id": Type.Optional(Type.String()),
  "role.id": Type.Optional(Type.String()),
  "scope.project.id": Type.Optional(Type.String()),
  include_names: Type.Optional(Type.Unknown()),
});

/** Lists who has what in the caller's domain. */
export function addAssignmentListRoute(app: IdentityApp, services: IdentityServices): void {
  app.get(
    "/role_assignments",
    {
      config: { access: ["iam:permissions:listRoleAssignments"] },
      schema: {
        operationId: "listRoleAssignments",
        summary: "List who has which rights where",
        tags,
        querystring: AssignmentsQuery,
        response: { 200: RoleAssignmentsBody, ...refusals },
      },
    },
    async ({ principal, query }) => {
      const base = `${services.urls().http}/v3`;
      const [subject] = Object.entries(subjectFilters).filter(([parameter]) => parameter in query);
      // The keys of the table are parameters of the query.
      const subjectId = subject && query[subject[0] as keyof typeof subjectFilters];
      const { "role.id": roleId, "scope.project.id": projectId } = query;
      const found = await listAssignments(services, principal, {
        ...(subject === undefined || subjectId === undefined ? {} : { subjectKind: subject[1], subjectId }),
        ...(roleId === undefined ? {} : { roleId }),
        ...(projectId === undefined ? {} : { scopeKind: "project" as const, scopeId: projectId }),
      });
      const names = "include_names" in query ? await namesOfAssignments(services, principal, found) : new Map<string, string>();
      return { role_assignments: found.map((line) => toRoleAssignment(line, names, base)), links: listLinks(`${base}/role_assignments`) };
    },
  );
}

function toRoleAssignment(line: AssignmentRecord, names: ReadonlyMap<string, string>, base: string): RoleAssignment {
  const { subjectKind, subjectId, scopeKind, scopeId, roleId } = line;
  const domainName = names.get(line.domainId);
  const domain = domainName === undefined ? {} : { domain: { id: line.domainId, name: domainName } };
  const named = (id: string) => (names.has(id) ? { id, name: names.get(id) ?? id } : { id });
  const scope = named(scopeId);
  const scopes = {
    project: { project: { ...scope, ...domain } },
    domain: { domain: scope },
    allProjects: { domain: scope, "OS-INHERIT:inherited_to": "projects" },
    enterpriseProject: { enterprise_project: scope },
  };
  const where = assignmentPaths.find((path) => path.scopeKind === scopeKind && path.subjectKind === subjectKind);
  const path = where?.path.replace(":scope_id", scopeId).replace(":subject_id", subjectId) ?? "";
  return {
    role: named(roleId),
    [subjectKind]: { ...named(subjectId), ...domain },
    scope: scopes[scopeKind],
    links: { assignment: `${base.replace(/v3$/, where?.version ?? "v3")}${path}/${roleId}${where?.suffix ?? ""}` },
  };
}
