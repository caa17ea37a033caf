import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { CtsError } from "@tintype/contract/cts/cts-error.ts";
import { ListTrackersAnswer, Tracker, TrackerBody, TrackersQuery } from "@tintype/contract/cts/trackers.ts";
import { Type } from "typebox";
import { createTracker, deleteTracker, findTracker, updateTracker } from "../../audit/change-tracker.ts";
import type { CtsServices } from "./cts-services.ts";
import { checkTracker, parseTrackerBody } from "./parse-tracker-body.ts";
import { toTracker } from "./to-tracker.ts";

const tags = ["trackers"];
const params = Type.Object({ project_id: Type.String() });
const words = (name: string) => ({ service: "CTS", resourceType: "tracker", name });

/** Makes, shows, changes and removes the tracker of a project. */
export function addTrackerRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: CtsServices): void {
  app.get(
    "/v3/:project_id/trackers",
    {
      config: { access: ["cts:tracker:list"] },
      schema: {
        operationId: "listTrackers",
        summary: "Show where traces are saved",
        tags,
        params,
        querystring: TrackersQuery,
        response: { 200: ListTrackersAnswer, "4xx": CtsError },
      },
    },
    async ({ principal, query }) => {
      const tracker = await findTracker(services, principal);
      const isAsked = (query.tracker_name ?? "system") === "system" && (query.tracker_type ?? "system") === "system";
      return { trackers: tracker !== undefined && isAsked ? [toTracker(tracker)] : [] };
    },
  );
  app.post(
    "/v3/:project_id/tracker",
    {
      config: { access: ["cts:tracker:create"], trace: words("createTracker") },
      schema: {
        operationId: "createTracker",
        summary: "Save traces in a bucket from now on",
        tags,
        params,
        body: TrackerBody,
        response: { 201: Tracker, "4xx": CtsError },
      },
    },
    async ({ principal, body }, reply) =>
      await reply.code(201).send(toTracker(await createTracker(services, principal, parseTrackerBody(body)))),
  );
  app.put(
    "/v3/:project_id/tracker",
    {
      config: { access: ["cts:tracker:update"], trace: words("updateTracker") },
      schema: {
        operationId: "updateTracker",
        summary: "Change where traces are saved",
        tags,
        params,
        body: TrackerBody,
        response: { 200: Type.Null({ description: "Changed" }), "4xx": CtsError },
      },
    },
    async ({ principal, body }, reply) => {
      await updateTracker(services, principal, parseTrackerBody(body));
      return await reply.code(200).send(null);
    },
  );
  app.delete(
    "/v3/:project_id/trackers",
    {
      config: { access: ["cts:tracker:delete"], trace: words("deleteTracker") },
      schema: {
        operationId: "deleteTracker",
        summary: "Save traces no longer",
        tags,
        params,
        querystring: TrackersQuery,
        response: { 204: Type.Null({ description: "Removed" }), "4xx": CtsError },
      },
    },
    async ({ principal, query }, reply) => {
      checkTracker(query.tracker_type, query.tracker_name);
      await deleteTracker(services, principal);
      return await reply.code(204).send(null);
    },
  );
}
