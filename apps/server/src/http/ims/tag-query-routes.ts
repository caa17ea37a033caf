import { Type } from "typebox";
import { ProjectTagsAnswer, TagTextsAnswer } from "@tintype/contract/ims/image-tags.ts";
import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { ListImagesQuery } from "@tintype/contract/ims/list-images.ts";
import { ResourceInstancesAnswer, ResourceInstancesBody } from "@tintype/contract/ims/resource-instances.ts";
import { countTaggedImages, findTaggedImages } from "../../tags/find-tagged-images.ts";
import { listProjectTags, listTags } from "../../tags/list-tags.ts";
import type { ImsApp } from "./ims-app.ts";
import type { ImsServices } from "./ims-services.ts";
import { requireOwnProject } from "./own-project.ts";
import { parseListQuery } from "./parse-list-query.ts";
import { parseResourceInstances } from "./parse-resource-instances.ts";
import { takeTagPage } from "./take-tag-page.ts";
import { toResourceInstance } from "./to-resource-instance.ts";

const tags = ["tags"];
const params = Type.Object({ project_id: Type.String() });
const config = { access: ["ims:images:list"] as const };

/** Finds tags by their images, and images by their tags. */
export function addTagQueryRoutes(app: ImsApp, services: ImsServices): void {
  app.get(
    "/v1/cloudimages/tags",
    {
      config,
      schema: {
        operationId: "listTags",
        summary: "List the tags of images",
        tags,
        querystring: Type.Object(
          {
            ...ListImagesQuery.properties,
            limit: Type.Optional(Type.String({ description: "tags on a page; all when absent" })),
            page: Type.Optional(Type.String({ description: "number of the page; 1 when absent" })),
          },
          { additionalProperties: true },
        ),
        response: { 200: TagTextsAnswer, "4xx": ImsError },
      },
    },
    async ({ principal, query: { limit, page, ...conditions } }) => {
      const take = takeTagPage({ limit, page });
      return { tags: take(await listTags(services, principal, parseListQuery(conditions).filter)) };
    },
  );
  app.get(
    "/v2/:project_id/images/tags",
    {
      config,
      schema: {
        operationId: "listImagesTags",
        summary: "List the keys of the project's tags with their values",
        tags,
        params,
        response: { 200: ProjectTagsAnswer, "4xx": ImsError },
      },
    },
    async ({ principal, params: { project_id } }) => {
      requireOwnProject(principal, project_id);
      const found = await listProjectTags(services, principal);
      return { tags: found.map(({ key, values }) => ({ key, values: [...values] })) };
    },
  );
  app.post(
    "/v2/:project_id/images/resource_instances/action",
    {
      config,
      schema: {
        operationId: "listImageByTags",
        summary: "Find, or count, the project's images by their tags",
        tags,
        params,
        body: ResourceInstancesBody,
        response: { 200: ResourceInstancesAnswer, "4xx": ImsError },
      },
    },
    async ({ principal, params: { project_id }, body }) => {
      requireOwnProject(principal, project_id);
      const { search, page } = parseResourceInstances(body);
      if (body.action === "count") {
        return { total_count: await countTaggedImages(services, principal, search) };
      }
      const { total, images } = await findTaggedImages(services, principal, { search, page });
      return { total_count: total, resources: images.map(toResourceInstance) };
    },
  );
}
