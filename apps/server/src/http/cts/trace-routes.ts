import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { CtsError } from "@tintype/contract/cts/cts-error.ts";
import { ListTracesAnswer, ListTracesQuery } from "@tintype/contract/cts/traces.ts";
import { Type } from "typebox";
import { listTraces } from "../../audit/list-traces.ts";
import type { CtsServices } from "./cts-services.ts";
import { parseTraceQuery } from "./parse-trace-query.ts";
import { toTrace } from "./to-trace.ts";

/** Lists traces. */
export function addTraceRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], services: CtsServices): void {
  app.get(
    "/v3/:project_id/traces",
    {
      config: { access: ["cts:trace:list"] },
      schema: {
        operationId: "listTraces",
        summary: "List what was done in the project and who did it, newest first",
        tags: ["traces"],
        params: Type.Object({ project_id: Type.String() }),
        querystring: ListTracesQuery,
        response: { 200: ListTracesAnswer, "4xx": CtsError },
      },
    },
    async ({ principal, query }) => {
      const asked = parseTraceQuery(query);
      const { traces, hasMore } = asked ? await listTraces(services, principal, asked) : { traces: [], hasMore: false };
      return { traces: traces.map(toTrace), meta_data: { count: traces.length, marker: (hasMore && traces.at(-1)?.id) || null } };
    },
  );
}
