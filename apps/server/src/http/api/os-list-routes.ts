import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ListOsListsAnswer, ListOsListsQuery, OsListsReport, ReloadOsListsQuery } from "@tintype/contract/api/os-lists.ts";
import { ProblemBody } from "@tintype/contract/ops/health.ts";
import { listOsLists } from "../../os-lists/list-os-lists.ts";
import { reloadOsLists } from "../../os-lists/reload-os-lists.ts";
import type { ReloadableOsLists } from "../../os-lists/open-os-lists.ts";
import { readOsListCursor, toOsListCursor } from "./os-list-cursor.ts";
import { toApiOsList } from "./to-api-os-list.ts";

const tags = ["operating systems"];
const defaultLimit = 50;

/** What these routes work with. */
export interface OsListServices {
  readonly osLists: ReloadableOsLists;
}

/** Shows the lists of operating systems to everybody, and lets operators have them read again. */
export function addOsListRoutes(app: Parameters<FastifyPluginAsyncTypebox>[0], { osLists }: OsListServices): void {
  app.get(
    "/api/v1/os-lists",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listOsLists",
        summary: "List the lists of operating systems, with what they say",
        tags,
        querystring: ListOsListsQuery,
        response: { 200: ListOsListsAnswer, "4xx": ProblemBody },
      },
    },
    async ({ principal, query: { limit = defaultLimit, cursor, ...wanted } }) => {
      const after = cursor === undefined ? undefined : readOsListCursor(cursor);
      const { lists, isLast } = listOsLists({ osLists }, principal, { ...wanted, limit, after });
      const last = isLast ? undefined : lists.at(-1);
      return { lists: lists.map(toApiOsList), ...(last && { nextCursor: toOsListCursor(last.name) }) };
    },
  );
  app.post(
    "/api/v1/os-lists/reload",
    {
      config: { access: ["tintype:osLists:reload"], trace: { service: "Tintype", resourceType: "osLists", name: "reloadOsLists" } },
      schema: {
        operationId: "reloadOsLists",
        summary: "Read the operator's lists of operating systems again",
        tags,
        querystring: ReloadOsListsQuery,
        response: { 200: OsListsReport, "4xx": ProblemBody },
      },
    },
    async ({ principal, query: { isTrial = false } }) => {
      const { changes, warnings } = await reloadOsLists({ osLists }, principal, { isTrial });
      return {
        changes: changes.map(({ name, version, date, change }) => ({
          name,
          change,
          ...(version !== undefined && { version }),
          ...(date !== undefined && { date }),
        })),
        warnings: [...warnings],
      };
    },
  );
}
