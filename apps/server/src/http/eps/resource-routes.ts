import { ServiceError } from "@tintype/contract/service-error.ts";
import { Type } from "typebox";
import { EpsError } from "@tintype/contract/eps/eps-error.ts";
import { FilterResourcesAnswer, FilterResourcesBody, MigrateResourceBody } from "@tintype/contract/eps/resources.ts";
import { listResources } from "../../enterprise-projects/list-resources.ts";
import type { ResourcePage } from "../../enterprise-projects/list-resources.ts";
import { imageResources, moveImage } from "../../enterprise-projects/move-image.ts";
import { epsParams as params, epsPath, epsTrace } from "./eps-app.ts";
import type { EpsApp } from "./eps-app.ts";
import type { EpsServices } from "./eps-services.ts";
import { parseResourceFilter } from "./parse-resource-filter.ts";

const tags = ["resources"];

/** Moves resources into enterprise projects, and lists what is in them. */
export function addResourceRoutes(app: EpsApp, services: EpsServices): void {
  app.post(
    `${epsPath}/:enterprise_project_id/resources-migrate`,
    {
      config: { access: ["eps:resources:add"], trace: epsTrace("migrateResource") },
      schema: {
        operationId: "migrateResource",
        summary: "Move a resource into an enterprise project",
        tags,
        params,
        body: MigrateResourceBody,
        response: { 204: Type.Null({ description: "Moved" }), "4xx": EpsError },
      },
    },
    async ({ principal, params: { enterprise_project_id: enterpriseProjectId }, body }, reply) => {
      const { resource_type: resourceType, resource_id: resourceId, project_id: projectId } = body;
      await moveImage(services, principal, { enterpriseProjectId, resourceType, resourceId, projectId });
      return await reply.code(204).send(null);
    },
  );
  app.post(
    `${epsPath}/:enterprise_project_id/resources/filter`,
    {
      config: { access: ["eps:resources:list"] },
      schema: {
        operationId: "showResourceBindEnterpriseProject",
        summary: "List the resources of an enterprise project",
        tags,
        params,
        body: FilterResourcesBody,
        response: { 200: FilterResourcesAnswer, "4xx": EpsError },
      },
    },
    async ({ principal, params: { enterprise_project_id: enterpriseProjectId }, body }) => {
      const query = { enterpriseProjectId, ...parseResourceFilter(body, principal.project?.id) };
      return toAnswer(await listResources(services, principal, query));
    },
  );
}

function toAnswer({ total, images, unreachable }: ResourcePage): FilterResourcesAnswer {
  return {
    resources: images.map(({ image, projectName }) => ({
      project_id: image.projectId,
      project_name: projectName,
      resource_type: imageResources,
      resource_id: image.id,
      resource_name: image.name,
      resource_detail: { status: image.status },
      enterprise_project_id: image.enterpriseProjectId,
    })),
    errors: unreachable.map((id) => {
      const { code, message } = new ServiceError("EPS.0022", { id: id.slice(0, 100) });
      return { project_id: id, resource_type: imageResources, error_code: code, error_msg: message };
    }),
    total_count: total,
  };
}
