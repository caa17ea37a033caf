import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { IdentityErrorBody } from "@tintype/contract/identity/identity-error.ts";
import type { RouteTrace } from "../route-access.ts";

/** A part of the server that speaks identity. */
export type IdentityApp = Parameters<FastifyPluginAsyncTypebox>[0];

/** The error that every call may answer. */
export const refusals = { "4xx": IdentityErrorBody };

/** What the audit trail says of a change. */
export function traced(resourceType: string, name: string): RouteTrace {
  return { service: "IAM", resourceType, name };
}

/** Links of a list that is all on one page. */
export function listLinks(self: string): { self: string; next: null; previous: null } {
  return { self, next: null, previous: null };
}

/** Keystone's clients read instants with six digits behind the point. */
export function withMicroseconds(instant: number): string {
  return new Date(instant).toISOString().replace("Z", "000Z");
}
