import type { TokenBody } from "@tintype/contract/identity/auth-tokens.ts";
import type { CatalogService } from "@tintype/contract/identity/service-catalog.ts";
import type { TokenRecord } from "../../ports/identity-catalog.ts";
import type { Principal } from "../../ports/principal.ts";

/** What a token says, as Keystone words it. The catalog comes with a project only. */
export function toTokenBody(record: TokenRecord, principal: Principal, catalog: CatalogService[] | undefined): TokenBody {
  const domain = { id: principal.domainId, name: principal.domainName };
  const token: TokenBody["token"] = {
    methods: [...record.methods],
    user: { id: principal.userId, name: principal.userName, domain, password_expires_at: null },
    audit_ids: [record.auditId],
    issued_at: withMicroseconds(record.issuedAt),
    expires_at: withMicroseconds(record.expiresAt),
  };
  if (principal.project === undefined) {
    return { token };
  }
  return {
    token: {
      ...token,
      project: { ...principal.project, domain },
      is_domain: false,
      // A role has no life apart from its name here, so the name is its id.
      roles: principal.roles.map((name) => ({ id: name, name })),
      ...(catalog === undefined ? {} : { catalog }),
    },
  };
}

/** Keystone's clients read instants with six digits behind the point. */
function withMicroseconds(instant: number): string {
  return new Date(instant).toISOString().replace("Z", "000Z");
}
