import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";
import { IdentityErrorBody } from "@tintype/contract/identity/identity-error.ts";
import { DomainsBody, ProjectBody, ProjectsBody, RegionsBody } from "@tintype/contract/identity/listings.ts";
import type { Domain, Project } from "@tintype/contract/identity/listings.ts";
import { CatalogBody } from "@tintype/contract/identity/service-catalog.ts";
import { getProject, listProjects } from "../../identity/list-projects.ts";
import type { DomainRecord, ProjectRecord } from "../../ports/identity-catalog.ts";
import type { IdentityServices } from "./identity-services.ts";
import { serviceCatalog } from "./service-catalog.ts";

type App = Parameters<FastifyPluginAsyncTypebox>[0];
const ProjectsQuery = Type.Object({ name: Type.Optional(Type.String()), domain_id: Type.Optional(Type.String()) });
const tags = ["catalog"];

/** Lists what a caller may know: services, projects, domains, regions. */
export function addListingRoutes(app: App, services: IdentityServices): void {
  const base = () => `${services.urls().http}/v3`;
  const links = (path: string) => ({ self: `${base()}${path}`, next: null, previous: null });
  const routes = { config: { access: "authenticated" } } as const;
  const schema = <S>(operationId: string, summary: string, answer: S) => ({
    operationId,
    summary,
    tags,
    response: { 200: answer, "4xx": IdentityErrorBody },
  });

  app.get("/auth/catalog", { ...routes, schema: schema("showCatalog", "List services and their addresses", CatalogBody) }, async () => ({
    catalog: serviceCatalog(services.region, services.urls()),
    links: { self: `${base()}/auth/catalog` },
  }));
  app.get(
    "/auth/projects",
    { ...routes, schema: schema("listOwnProjects", "List the caller's projects", ProjectsBody) },
    async (request) => {
      const projects = await listProjects(services, request.principal, {}, "own");
      return { projects: projects.map((project) => toProject(project, base())), links: links("/auth/projects") };
    },
  );
  app.get(
    "/projects",
    { ...routes, schema: { ...schema("listProjects", "List projects", ProjectsBody), querystring: ProjectsQuery } },
    async (request) => {
      const { name, domain_id: domainId } = request.query;
      const projects = await listProjects(services, request.principal, { name, domainId }, "visible");
      return { projects: projects.map((project) => toProject(project, base())), links: links("/projects") };
    },
  );
  app.get(
    "/projects/:project_id",
    { ...routes, schema: { ...schema("showProject", "Show a project", ProjectBody), params: Type.Object({ project_id: Type.String() }) } },
    async (request) => ({ project: toProject(await getProject(services, request.principal, request.params.project_id), base()) }),
  );
  app.get("/auth/domains", { ...routes, schema: schema("listDomains", "List the caller's domain", DomainsBody) }, async ({ principal }) => {
    const domain = { id: principal.domainId, name: principal.domainName };
    return { domains: [toDomain(domain, base())], links: links("/auth/domains") };
  });
  app.get("/regions", { ...routes, schema: schema("listRegions", "List regions", RegionsBody) }, async () => {
    const region = { id: services.region, description: "", parent_region_id: null, type: "public" };
    return { regions: [{ ...region, links: { self: `${base()}/regions/${region.id}` } }], links: links("/regions") };
  });
}

/** A domain, as identity answers it. */
export function toDomain({ id, name }: DomainRecord, base: string): Domain {
  return { id, name, description: "", enabled: true, links: { self: `${base}/domains/${id}` } };
}

/** A project, as identity answers it. */
export function toProject({ id, name, domainId, description, enabled }: ProjectRecord, base: string): Project {
  return {
    id,
    name,
    description,
    enabled,
    domain_id: domainId,
    parent_id: domainId,
    is_domain: false,
    tags: [],
    links: { self: `${base}/projects/${id}` },
  };
}
