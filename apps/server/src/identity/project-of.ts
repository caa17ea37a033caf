import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { Principal } from "../ports/principal.ts";

/** The project that a principal acts for. Throws  identity.projectRequired for one that acts for its whole domain, or for nothing */
export function projectOf({ project }: Principal): ProjectId {
  if (project === undefined) {
    throw new ServiceError("identity.projectRequired");
  }
  return project.id;
}
