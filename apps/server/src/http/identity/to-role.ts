import type { Role } from "@tintype/contract/identity/roles.ts";
import type { PolicyRecord } from "../../ports/identity-catalog.ts";
import { systemRole } from "../../identity/system-roles.table.ts";
import type { SystemRole } from "../../identity/system-roles.table.ts";

/** A role or policy of the system, as identity answers it. */
export function systemRoleToRole({ id, name, catalog, en, zh, allows, dependsOn, kind }: SystemRole, base: string): Role {
  const depends = dependsOn.map((needed) => ({
    catalog: systemRole(needed)?.catalog ?? "BASE",
    display_name: systemRole(needed)?.name ?? needed,
  }));
  return {
    id,
    name: id,
    display_name: name,
    domain_id: null,
    catalog,
    type: "XA",
    description: en,
    description_cn: zh,
    policy: {
      Version: kind === "role" ? "1.0" : "1.1",
      ...(depends.length === 0 ? {} : { Depends: depends }),
      Statement: [{ Effect: "Allow", Action: [...allows] }],
    },
    links: { self: `${base}/roles/${id}` },
  };
}

/** A custom policy, as identity answers it. */
export function policyToRole({ id, name, domainId, description, document, createdAt, updatedAt }: PolicyRecord, base: string): Role {
  return {
    id,
    name: `custom_${domainId}_${id}`,
    display_name: name,
    domain_id: domainId,
    catalog: "CUSTOMED",
    type: "XA",
    description,
    description_cn: "",
    policy: document,
    links: { self: `${base}/roles/${id}` },
    created_time: String(createdAt),
    updated_time: String(updatedAt),
  };
}
