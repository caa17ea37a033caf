import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "typebox";

/** The part of the server that speaks KMS. */
export type KmsApp = Parameters<FastifyPluginAsyncTypebox>[0];

/** Every call of KMS is below the caller's project. */
export const kmsParams = Type.Object({ project_id: Type.String() });

/** Address of a call of KMS. */
export function kmsPath(call: string): string {
  return `/v1.0/:project_id/kms/${call}`;
}
