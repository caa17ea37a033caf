import type { IdentityDeps } from "./identity-deps.ts";
import { tokenDigest } from "./token-digest.ts";

/** Makes a token worthless at once. Harmless to repeat. */
export async function revokeToken(deps: Pick<IdentityDeps, "catalog">, token: string): Promise<void> {
  await deps.catalog.identity.deleteToken(tokenDigest(token));
}
