import type { TokenBody } from "@tintype/contract/identity/auth-tokens.ts";
import type { CatalogService } from "@tintype/contract/identity/service-catalog.ts";
import type { TokenRecord } from "../../ports/identity-catalog.ts";
import type { Actor, Principal } from "../../ports/principal.ts";
import { withMicroseconds } from "./identity-app.ts";

/** What a token says, as Keystone words it. The catalog comes with a project or a domain only. */
export function toTokenBody(record: TokenRecord, principal: Principal, catalog: CatalogService[] | undefined): TokenBody {
  const domain = { id: principal.domainId, name: principal.domainName };
  const { actor } = principal;
  const token: TokenBody["token"] = {
    methods: [...record.methods],
    user: { id: principal.userId, name: principal.userName, domain, password_expires_at: null },
    ...(actor === undefined ? {} : { assumed_by: { user: toActor(actor) } }),
    audit_ids: [record.auditId],
    issued_at: withMicroseconds(record.issuedAt),
    expires_at: withMicroseconds(record.expiresAt),
  };
  // A role has no life apart from its name here, so the name is its id.
  const roles = principal.roles.map((name) => ({ id: name, name }));
  if (principal.project === undefined) {
    return { token: principal.isForDomain === true ? { ...token, domain, roles, ...(catalog === undefined ? {} : { catalog }) } : token };
  }
  return {
    token: {
      ...token,
      project: { ...principal.project, domain },
      is_domain: false,
      roles,
      ...(catalog === undefined ? {} : { catalog }),
    },
  };
}

function toActor({ userId, userName, domainId, domainName }: Actor): { id: string; name: string; domain: { id: string; name: string } } {
  return { id: userId, name: userName, domain: { id: domainId, name: domainName } };
}
