import { FilterInstancesAnswer, FilterInstancesBody, ResourceTagsAnswer, ResourceTagsBody } from "@tintype/contract/tms/resource-tags.ts";
import { TmsError } from "@tintype/contract/tms/tms-error.ts";
import { meantTag, parseTagText } from "../../images/image-tags.ts";
import { findResources } from "../../tags/find-resources.ts";
import type { FoundResources } from "../../tags/find-resources.ts";
import { imageResources } from "../../enterprise-projects/move-image.ts";
import { tagResources, untagResources } from "../../tags/tag-resources.ts";
import type { FailedResource, Resources } from "../../tags/tag-resources.ts";
import type { TmsApp } from "./tms-app.ts";
import type { TmsServices } from "./tms-services.ts";

const tags = ["resource tags"];
const trace = (name: string) => ({ service: "TMS", resourceType: "resourceTag", name });

/** Tags several resources at once, and finds resources by their tags. */
export function addResourceTagRoutes(app: TmsApp, services: TmsServices): void {
  const batch = { tags, body: ResourceTagsBody, response: { 200: ResourceTagsAnswer, "4xx": TmsError } };
  app.post(
    "/v1.0/resource-tags/batch-create",
    {
      config: { access: ["tms:resourceTags:create"], trace: trace("createResourceTag") },
      schema: { operationId: "createResourceTag", summary: "Give several resources tags", ...batch },
    },
    async ({ principal, body }) =>
      toFailures(await tagResources(services, principal, { ...resourcesOf(body), tags: body.tags.map(meantTag) })),
  );
  app.post(
    "/v1.0/resource-tags/batch-delete",
    {
      config: { access: ["tms:resourceTags:delete"], trace: trace("deleteResourceTag") },
      schema: { operationId: "deleteResourceTag", summary: "Take tags off several resources", ...batch },
    },
    async ({ principal, body }) => toFailures(await untagResources(services, principal, { ...resourcesOf(body), tags: body.tags })),
  );
  app.post(
    "/v1.0/resource-instances/filter",
    {
      config: { access: ["tms:resourceTags:list"] },
      schema: {
        operationId: "listResource",
        summary: "Find resources by their tags",
        tags,
        body: FilterInstancesBody,
        response: { 200: FilterInstancesAnswer, "4xx": TmsError },
      },
    },
    async ({ principal, body }) => {
      const { project_id: projectId, resource_types: resourceTypes, tags: all, without_any_tag, limit = 200, offset = 0 } = body;
      const query = without_any_tag === true ? { none: true } : { ...(all && all.length > 0 && { all }) };
      return toInstances(await findResources(services, principal, { projectId, resourceTypes, query, page: { limit, offset } }));
    },
  );
}

function resourcesOf({ project_id: projectId, resources }: ResourceTagsBody): Resources {
  return { projectId, resources: resources.map(({ resource_type: type, resource_id: id }) => ({ type, id })) };
}

function toFailures(failed: readonly FailedResource[]): ResourceTagsAnswer {
  return {
    failed_resources: failed.map(({ type, id, error }) => ({
      resource_type: type,
      resource_id: id,
      error_code: error.code,
      error_msg: error.message,
    })),
  };
}

function toInstances({ project, total, images, failedTypes }: FoundResources): FilterInstancesAnswer {
  return {
    resources: images.map(({ id, name, status, tags }) => ({
      project_id: project.id,
      project_name: project.name,
      resource_type: imageResources,
      resource_id: id,
      resource_name: name,
      resource_detail: { status },
      tags: tags.map(parseTagText),
    })),
    errors: failedTypes.map(({ type, error }) => ({
      project_id: project.id,
      resource_type: type,
      error_code: error.code,
      error_msg: error.message,
    })),
    total_count: total,
  };
}
