import type { preValidationAsyncHookHandler } from "fastify";
import type { FindWantedDeps } from "../../uploads/find-wanted.ts";
import type { UploadsDeps } from "../../uploads/uploads-deps.ts";

/** What resumable uploads work with on the wire. */
export interface TusServices extends Omit<UploadsDeps, "writers"> {
  /** Sets `request.principal`, or refuses. */
  readonly requirePrincipal: preValidationAsyncHookHandler;
}

/** The same, with what all requests share. */
export type TusDeps = FindWantedDeps;
