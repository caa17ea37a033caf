import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";

/** The part of the server that speaks IMS. */
export type ImsApp = Parameters<FastifyPluginAsyncTypebox>[0];
