import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ErrorCode } from "@tintype/contract/service-error.ts";
import { projectOf } from "../identity/project-of.ts";
import type { Principal } from "../ports/principal.ts";

/** Refuses a call whose address names another project than the caller's. Throws  identity.projectRequired, or this refusal */
export function requireSameProject(principal: Principal, projectId: string, refusal: ErrorCode): void {
  if (projectId !== projectOf(principal)) {
    throw new ServiceError(refusal);
  }
}
