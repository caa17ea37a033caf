import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";

/** The part of the server that speaks TMS. */
export type TmsApp = Parameters<FastifyPluginAsyncTypebox>[0];
