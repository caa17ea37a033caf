import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";

/** The part of the server that speaks EPS. */
export type EpsApp = Parameters<FastifyPluginAsyncTypebox>[0];

export const epsPath = "/v1.0/enterprise-projects";

/** What addresses one enterprise project. */
export const epsParams = Type.Object({ enterprise_project_id: Type.String({ description: "0 for the default one" }) });

/** What an audit trace calls a change. */
export const epsTrace = (name: string) => ({ service: "EPS", resourceType: "enterpriseProject", name });
