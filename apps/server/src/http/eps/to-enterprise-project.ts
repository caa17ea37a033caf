import type { EnterpriseProject } from "@tintype/contract/eps/enterprise-projects.ts";
import type { EnterpriseProjectRecord } from "../../ports/enterprise-project-catalog.ts";
import { toInstant } from "../to-instant.ts";

/** Shows an enterprise project as EPS does. */
export function toEnterpriseProject(record: EnterpriseProjectRecord): EnterpriseProject {
  const { id, name, description, kind, enabled, createdAt, updatedAt } = record;
  return {
    id,
    name,
    description,
    status: enabled ? 1 : 2,
    type: kind,
    created_at: toInstant(createdAt),
    updated_at: toInstant(updatedAt),
    delete_flag: false,
  };
}
