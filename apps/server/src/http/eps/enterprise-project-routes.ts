import { Type } from "typebox";
import {
  CreateEnterpriseProjectBody,
  EnterpriseProjectActionBody,
  EnterpriseProjectAnswer,
  EnterpriseProjectQuotasAnswer,
  ListEnterpriseProjectsAnswer,
  ListEnterpriseProjectsQuery,
  UpdateEnterpriseProjectBody,
} from "@tintype/contract/eps/enterprise-projects.ts";
import { EpsError } from "@tintype/contract/eps/eps-error.ts";
import { createEnterpriseProject } from "../../enterprise-projects/create-enterprise-project.ts";
import { getEnterpriseProject } from "../../enterprise-projects/find-enterprise-project.ts";
import { enterpriseProjectQuota, listEnterpriseProjects } from "../../enterprise-projects/list-enterprise-projects.ts";
import { switchEnterpriseProject, updateEnterpriseProject } from "../../enterprise-projects/update-enterprise-project.ts";
import { epsParams as params, epsPath, epsTrace } from "./eps-app.ts";
import type { EpsApp } from "./eps-app.ts";
import type { EpsServices } from "./eps-services.ts";
import { parseListQuery } from "./parse-list-query.ts";
import { toEnterpriseProject } from "./to-enterprise-project.ts";

const tags = ["enterprise projects"];
const onePath = `${epsPath}/:enterprise_project_id`;

/** Makes, shows and changes enterprise projects. */
export function addEnterpriseProjectRoutes(app: EpsApp, services: EpsServices): void {
  addReadingRoutes(app, services);
  addChangingRoutes(app, services);
}

function addReadingRoutes(app: EpsApp, services: EpsServices): void {
  app.get(
    epsPath,
    {
      config: { access: ["eps:enterpriseProjects:list"] },
      schema: {
        operationId: "listEnterpriseProjects",
        summary: "List enterprise projects",
        tags,
        querystring: ListEnterpriseProjectsQuery,
        response: { 200: ListEnterpriseProjectsAnswer, "4xx": EpsError },
      },
    },
    async ({ principal, query }) => {
      const { total, enterpriseProjects } = await listEnterpriseProjects(services, principal, parseListQuery(query));
      return { enterprise_projects: enterpriseProjects.map(toEnterpriseProject), total_count: total };
    },
  );
  app.get(
    `${epsPath}/quotas`,
    {
      config: { access: ["eps:enterpriseProjects:list"] },
      schema: {
        operationId: "showEnterpriseProjectQuota",
        summary: "Show how many enterprise projects there are and may be",
        tags,
        response: { 200: EnterpriseProjectQuotasAnswer, "4xx": EpsError },
      },
    },
    async ({ principal }) => ({
      quotas: { resources: [{ type: "enterprise_project" as const, ...(await enterpriseProjectQuota(services, principal)) }] },
    }),
  );
  app.get(
    onePath,
    {
      config: { access: ["eps:enterpriseProjects:get"] },
      schema: {
        operationId: "showEnterpriseProject",
        summary: "Show an enterprise project",
        tags,
        params,
        response: { 200: EnterpriseProjectAnswer, "4xx": EpsError },
      },
    },
    async ({ principal, params: { enterprise_project_id: id } }) => ({
      enterprise_project: toEnterpriseProject(await getEnterpriseProject(services, principal, id)),
    }),
  );
}

function addChangingRoutes(app: EpsApp, services: EpsServices): void {
  app.post(
    epsPath,
    {
      config: { access: ["eps:enterpriseProjects:create"], trace: epsTrace("createEnterpriseProject") },
      schema: {
        operationId: "createEnterpriseProject",
        summary: "Make an enterprise project",
        tags,
        body: CreateEnterpriseProjectBody,
        response: { 201: EnterpriseProjectAnswer, "4xx": EpsError },
      },
    },
    async ({ principal, body: { name, description = "", type = "prod" } }, reply) => {
      const made = await createEnterpriseProject(services, principal, { name, description, kind: type });
      return await reply.code(201).send({ enterprise_project: toEnterpriseProject(made) });
    },
  );
  app.put(
    onePath,
    {
      config: { access: ["eps:enterpriseProjects:update"], trace: epsTrace("updateEnterpriseProject") },
      schema: {
        operationId: "updateEnterpriseProject",
        summary: "Change the words of an enterprise project",
        tags,
        params,
        body: UpdateEnterpriseProjectBody,
        response: { 200: EnterpriseProjectAnswer, "4xx": EpsError },
      },
    },
    async ({ principal, params: { enterprise_project_id: id }, body: { name, description, type } }) => {
      const words = {
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(type !== undefined && { kind: type }),
      };
      return { enterprise_project: toEnterpriseProject(await updateEnterpriseProject(services, principal, { id, ...words })) };
    },
  );
  app.post(
    `${onePath}/action`,
    {
      config: {
        access: ["eps:enterpriseProjects:enable", "eps:enterpriseProjects:disable"],
        trace: epsTrace("enableOrDisableEnterpriseProject"),
      },
      schema: {
        operationId: "switchEnterpriseProject",
        summary: "Enable or disable an enterprise project",
        tags,
        params,
        body: EnterpriseProjectActionBody,
        response: { 204: Type.Null({ description: "Done" }), "4xx": EpsError },
      },
    },
    async ({ principal, params: { enterprise_project_id: id }, body: { action } }, reply) => {
      await switchEnterpriseProject(services, principal, { id, enabled: action === "enable" });
      return await reply.code(204).send(null);
    },
  );
}
