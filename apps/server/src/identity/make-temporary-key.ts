import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ProjectId } from "../ports/ids.ts";
import { assumeAgency } from "./assume-agency.ts";
import type { IdentityDeps } from "./identity-deps.ts";
import type { Proof } from "./issue-token.ts";
import type { KnownUser } from "./principal-of-user.ts";
import { readToken } from "./read-token.ts";
import { tokenDigest } from "./token-digest.ts";

/** An access key pair for a short time; all three texts are needed to use it. */
export interface TemporaryKey {
  readonly access: string;
  readonly secret: string;
  readonly securityToken: string;
  readonly expiresAt: number;
}

const [shortestSeconds, longestSeconds] = [900, 86_400];

/**
 * Makes an access key pair that ends by itself, for the user and project of a token, or for an agency. It cannot do more than they can.
 *
 * Throws  identity.durationInvalid (not 15 minutes to 24 hours), what `readToken` and `assumeAgency` throw
 */
export async function makeTemporaryKey(
  deps: IdentityDeps,
  request: { readonly proof: Exclude<Proof, { method: "password" }>; readonly durationSeconds: number | undefined },
): Promise<TemporaryKey> {
  const { durationSeconds = shortestSeconds, proof } = request;
  if (!Number.isInteger(durationSeconds) || durationSeconds < shortestSeconds || durationSeconds > longestSeconds) {
    throw new ServiceError("identity.durationInvalid", { shortestSeconds, longestSeconds });
  }
  const { who, projectId } = await ownerOf(deps, proof);
  const now = deps.clock.now();
  const key: TemporaryKey = {
    access: deps.ids.hex32().slice(0, 20).toUpperCase(),
    secret: deps.ids.secret(30),
    securityToken: deps.ids.secret(96),
    expiresAt: now + durationSeconds * 1000,
  };
  const { access, secret, expiresAt } = key;
  const whose = { userId: who.user.id, agencyId: who.agency?.record.id, projectId };
  await deps.catalog.transaction(async ({ identity }) => {
    await identity.deleteTemporaryKeysExpiredBefore(now);
    await identity.insertTemporaryKey({ access, secret, tokenDigest: tokenDigest(key.securityToken), ...whose, expiresAt });
  });
  return key;
}

async function ownerOf(
  deps: IdentityDeps,
  proof: Exclude<Proof, { method: "password" }>,
): Promise<{ readonly who: KnownUser; readonly projectId: ProjectId | undefined }> {
  if (proof.method === "assumeRole") {
    return { who: await assumeAgency(deps, proof.caller, proof.agency), projectId: undefined };
  }
  const { who, record } = await readToken(deps, proof.token);
  return { who, projectId: record.projectId };
}
