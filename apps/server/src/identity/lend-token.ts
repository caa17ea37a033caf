import type { ProjectId, UserId, AgencyId } from "../ports/ids.ts";
import type { TokenRecord } from "../ports/identity-catalog.ts";
import type { LentToken, TokenBearer } from "../ports/image-services.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import { revokeToken } from "./revoke-token.ts";
import { tokenDigest } from "./token-digest.ts";

/** Long enough to begin whatever it is for. */
const lifetimeMs = 3_600_000;

/**
 * Makes a token for a user whose request was let in before, for work that is done later. Rights count when it is used, so one for a user
 * that is disabled since is worth nothing.
 */
export async function lendToken(deps: IdentityDeps, { userId, agencyId, projectId }: TokenBearer): Promise<LentToken> {
  const token = deps.ids.secret(48);
  const now = deps.clock.now();
  const record: TokenRecord = {
    digest: tokenDigest(token),
    // Ids of a principal, that were kept as texts.
    userId: userId as UserId,
    projectId: projectId as ProjectId,
    methods: ["token"],
    auditId: deps.ids.secret(16),
    issuedAt: now,
    expiresAt: now + lifetimeMs,
    ...(agencyId !== undefined && { agencyId: agencyId as AgencyId }),
  };
  await deps.catalog.identity.insertToken(record);
  return { token, [Symbol.asyncDispose]: async () => revokeToken(deps, token) };
}
