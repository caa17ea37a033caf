import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { ImageV2Error } from "@tintype/contract/image-v2/image-v2-error.ts";
import type { FastifyRequest } from "fastify";

/** The part of the server that speaks the OpenStack Image API. */
export type ImageV2App = Parameters<FastifyPluginAsyncTypebox>[0];

/** Where the dialect is mounted: the calls of the IMS dialect have the same paths at the root. */
export const imageV2Prefix = "/image";

/** How every call answers what it refuses. */
export const refusals = { "4xx": ImageV2Error };

/** The absolute address of a path below the mount point, as the client reaches it. */
export function addressOf({ protocol, host }: Pick<FastifyRequest, "protocol" | "host">, path: string): string {
  return `${protocol}://${host}${imageV2Prefix}${path}`;
}
