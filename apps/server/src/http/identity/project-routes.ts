import { Type } from "typebox";
import { DomainBody, DomainsBody, ProjectBody } from "@tintype/contract/identity/listings.ts";
import { CreateDomainBody, CreateProjectBody, UpdateProjectBody } from "@tintype/contract/identity/projects.ts";
import { createDomain, createProject, listDomains, updateProject } from "../../identity/manage-projects.ts";
import { listLinks, refusals, traced } from "./identity-app.ts";
import type { IdentityApp } from "./identity-app.ts";
import type { IdentityServices } from "./identity-services.ts";
import { toDomain, toProject } from "./listing-routes.ts";

const tags = ["projects"];

/** Makes and changes projects, lists and makes domains. */
export function addProjectRoutes(app: IdentityApp, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  app.post(
    "/projects",
    {
      config: { access: ["iam:projects:createProject"], trace: traced("project", "createProject") },
      schema: {
        operationId: "createProject",
        summary: "Make a project",
        tags,
        body: CreateProjectBody,
        response: { 201: ProjectBody, ...refusals },
      },
    },
    async ({ principal, body: { project } }, reply) => {
      const { name, domain_id: domainId, description = "", enabled = true } = project;
      const made = await createProject(services, principal, { name, domainId, description, enabled });
      return await reply.code(201).send({ project: toProject(made, base()) });
    },
  );
  app.patch(
    "/projects/:project_id",
    {
      config: { access: ["iam:projects:updateProject"], trace: traced("project", "updateProject") },
      schema: {
        operationId: "updateProject",
        summary: "Change a project",
        tags,
        params: Type.Object({ project_id: Type.String() }),
        body: UpdateProjectBody,
        response: { 200: ProjectBody, ...refusals },
      },
    },
    async ({ principal, params: { project_id: id }, body: { project } }) => {
      const { name, description, enabled } = project;
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(description === undefined ? {} : { description }),
        ...(enabled === undefined ? {} : { enabled }),
      };
      return { project: toProject(await updateProject(services, principal, id, change), base()) };
    },
  );
  app.get(
    "/domains",
    {
      config: { access: "authenticated" },
      schema: { operationId: "listAllDomains", summary: "List domains", tags, response: { 200: DomainsBody, ...refusals } },
    },
    async ({ principal }) => {
      const domains = await listDomains(services, principal);
      return { domains: domains.map((domain) => toDomain(domain, base())), links: listLinks(`${base()}/domains`) };
    },
  );
  app.post(
    "/domains",
    {
      config: { access: ["tintype:domains:create"], trace: traced("domain", "createDomain") },
      schema: {
        operationId: "createDomain",
        summary: "Make a domain",
        tags,
        body: CreateDomainBody,
        response: { 201: DomainBody, ...refusals },
      },
    },
    async ({ body: { domain } }, reply) =>
      await reply.code(201).send({ domain: toDomain(await createDomain(services, domain.name), base()) }),
  );
}
