import { Type } from "typebox";
import {
  ListPredefinedTagsAnswer,
  ListPredefinedTagsQuery,
  PredefinedTagsActionBody,
  ReplacePredefinedTagBody,
} from "@tintype/contract/tms/predefined-tags.ts";
import { TmsError } from "@tintype/contract/tms/tms-error.ts";
import { meantTag } from "../../images/image-tags.ts";
import { createPredefinedTags, deletePredefinedTags, replacePredefinedTag } from "../../tags/change-predefined-tags.ts";
import { listPredefinedTags } from "../../tags/list-predefined-tags.ts";
import { toInstant } from "../to-instant.ts";
import { parsePredefinedQuery } from "./parse-predefined-query.ts";
import type { TmsApp } from "./tms-app.ts";
import type { TmsServices } from "./tms-services.ts";

const tags = ["predefined tags"];
const changed = { 204: Type.Null({ description: "Done" }), "4xx": TmsError };
const trace = (name: string) => ({ service: "TMS", resourceType: "predefineTag", name });

/** Shows and changes the predefined tags of an account. */
export function addPredefinedTagRoutes(app: TmsApp, services: TmsServices): void {
  app.get(
    "/v1.0/predefine_tags",
    {
      config: { access: ["tms:predefineTags:list"] },
      schema: {
        operationId: "listPredefineTags",
        summary: "List predefined tags",
        tags,
        querystring: ListPredefinedTagsQuery,
        response: { 200: ListPredefinedTagsAnswer, "4xx": TmsError },
      },
    },
    async ({ principal, query: asked }) => {
      const query = parsePredefinedQuery(asked);
      const page = await listPredefinedTags(services, principal, query);
      return {
        marker: String(query.offset + page.tags.length),
        total_count: page.total,
        tags: page.tags.map(({ key, value, updatedAt }) => ({ key, value, update_time: toInstant(updatedAt) })),
      };
    },
  );
  app.post(
    "/v1.0/predefine_tags/action",
    {
      config: { access: ["tms:predefineTags:create", "tms:predefineTags:delete"], trace: trace("changePredefineTags") },
      schema: {
        operationId: "changePredefineTags",
        summary: "Make or delete predefined tags",
        tags,
        body: PredefinedTagsActionBody,
        response: changed,
      },
    },
    async ({ principal, body }, reply) => {
      const change = body.action === "create" ? createPredefinedTags : deletePredefinedTags;
      await change(services, principal, body.tags.map(meantTag));
      return await reply.code(204).send(null);
    },
  );
  app.put(
    "/v1.0/predefine_tags",
    {
      config: { access: ["tms:predefineTags:update"], trace: trace("updatePredefineTag") },
      schema: {
        operationId: "updatePredefineTag",
        summary: "Change a predefined tag into another one",
        tags,
        body: ReplacePredefinedTagBody,
        response: changed,
      },
    },
    async ({ principal, body: { old_tag: oldTag, new_tag: newTag } }, reply) => {
      await replacePredefinedTag(services, principal, { oldTag: meantTag(oldTag), newTag: meantTag(newTag) });
      return await reply.code(204).send(null);
    },
  );
}
