import type { Kysely, Selectable } from "kysely";
import type { AccessKeyRecord, IdentityCredentials, TemporaryKeyRecord, TokenRecord } from "../../ports/identity-catalog.ts";
import type { AgencyId, ProjectId, UserId } from "../../ports/ids.ts";
import type { IdentityTables } from "./identity-tables.ts";
import { preparedQuery } from "./prepared-query.ts";
import { nothing, refuseDuplicate } from "./refuse-duplicate.ts";
import type { Tables } from "./tables.ts";

/** Access keys and tokens in an SQL database. */
export function sqlIdentityCredentials(db: Kysely<Tables>): IdentityCredentials {
  return { ...accessKeys(db), ...temporaryKeys(db), ...tokens(db) };
}

type AccessKeys = "insertAccessKey" | "updateSecret" | "updateAccessKey" | "deleteAccessKey" | "accessKey" | "accessKeys";
type TemporaryKeys = "insertTemporaryKey" | "temporaryKey" | "deleteTemporaryKeysExpiredBefore";
type Tokens = "insertToken" | "deleteToken" | "deleteTokensOf" | "deleteTokensExpiredBefore" | "token";

function accessKeys(db: Kysely<Tables>): Pick<IdentityCredentials, AccessKeys> {
  return {
    insertAccessKey: async ({ access, secret, userId, enabled, description = "", createdAt = 0 }) => {
      const row = { access, secret, user_id: userId, enabled: Number(enabled), description, created_at: createdAt };
      refuseDuplicate(await db.insertInto("access_keys").values(row).onConflict(nothing).executeTakeFirst(), `an access key ${access}`);
    },
    updateSecret: async (access, secret) => {
      await db.updateTable("access_keys").set({ secret }).where("access", "=", access).execute();
    },
    updateAccessKey: async (access, { enabled, description }) => {
      const change = {
        ...(enabled === undefined ? {} : { enabled: Number(enabled) }),
        ...(description === undefined ? {} : { description }),
      };
      if (Object.keys(change).length > 0) {
        await db.updateTable("access_keys").set(change).where("access", "=", access).execute();
      }
    },
    deleteAccessKey: async (access) => {
      await db.deleteFrom("access_keys").where("access", "=", access).execute();
    },
    accessKey: async (access) => {
      const row = await db.selectFrom("access_keys").selectAll().where("access", "=", access).executeTakeFirst();
      return row && toAccessKey(row);
    },
    accessKeys: async (userId) => {
      const query = db.selectFrom("access_keys").selectAll().where("user_id", "=", userId);
      return (await query.orderBy("created_at").orderBy("access").execute()).map(toAccessKey);
    },
  };
}

function temporaryKeys(db: Kysely<Tables>): Pick<IdentityCredentials, TemporaryKeys> {
  return {
    insertTemporaryKey: async ({ access, secret, tokenDigest, userId, agencyId, projectId, expiresAt }) => {
      const whose = { user_id: userId, agency_id: agencyId ?? null, project_id: projectId ?? null };
      const row = { access, secret, token_digest: tokenDigest, ...whose, expires_at: expiresAt };
      refuseDuplicate(await db.insertInto("temporary_keys").values(row).onConflict(nothing).executeTakeFirst(), "such a temporary key");
    },
    temporaryKey: async (access) => {
      const row = await db.selectFrom("temporary_keys").selectAll().where("access", "=", access).executeTakeFirst();
      return row && toTemporaryKey(row);
    },
    deleteTemporaryKeysExpiredBefore: async (instant) => {
      await db.deleteFrom("temporary_keys").where("expires_at", "<", instant).execute();
    },
  };
}

/** What nearly every call of the service asks. */
const tokenOf = preparedQuery<{ digest: string }, Selectable<IdentityTables["tokens"]>>((db, { digest }) =>
  db.selectFrom("tokens").selectAll().where("digest", "=", digest),
);

function tokens(db: Kysely<Tables>): Pick<IdentityCredentials, Tokens> {
  return {
    insertToken: async ({ digest, userId, projectId, methods, auditId, issuedAt, expiresAt, agencyId, isForDomain = false }) => {
      const row = {
        digest,
        user_id: userId,
        project_id: projectId ?? null,
        methods: JSON.stringify(methods),
        audit_id: auditId,
        issued_at: issuedAt,
        expires_at: expiresAt,
        agency_id: agencyId ?? null,
        is_for_domain: Number(isForDomain),
      };
      refuseDuplicate(await db.insertInto("tokens").values(row).onConflict(nothing).executeTakeFirst(), "such a token");
    },
    deleteToken: async (digest) => {
      await db.deleteFrom("tokens").where("digest", "=", digest).execute();
    },
    deleteTokensOf: async (userId) => {
      await db.deleteFrom("tokens").where("user_id", "=", userId).execute();
      await db.deleteFrom("temporary_keys").where("user_id", "=", userId).execute();
    },
    deleteTokensExpiredBefore: async (instant) => {
      await db.deleteFrom("tokens").where("expires_at", "<", instant).execute();
    },
    token: async (digest) => {
      const [row] = (await tokenOf(db, { digest })).rows;
      return row && toToken(row);
    },
  };
}

function toAccessKey(row: Selectable<IdentityTables["access_keys"]>): AccessKeyRecord {
  return {
    access: row.access,
    secret: row.secret,
    userId: row.user_id as UserId,
    enabled: row.enabled === 1,
    ...(row.description === "" ? {} : { description: row.description }),
    ...(row.created_at === 0 ? {} : { createdAt: row.created_at }),
  };
}

function toTemporaryKey(row: Selectable<IdentityTables["temporary_keys"]>): TemporaryKeyRecord {
  return {
    access: row.access,
    secret: row.secret,
    tokenDigest: row.token_digest,
    userId: row.user_id as UserId,
    agencyId: row.agency_id === null ? undefined : (row.agency_id as AgencyId),
    projectId: row.project_id === null ? undefined : (row.project_id as ProjectId),
    expiresAt: row.expires_at,
  };
}

function toToken(row: Selectable<IdentityTables["tokens"]>): TokenRecord {
  return {
    digest: row.digest,
    userId: row.user_id as UserId,
    projectId: row.project_id === null ? undefined : (row.project_id as ProjectId),
    // Written by insertToken.
    methods: JSON.parse(row.methods) as string[],
    auditId: row.audit_id,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    ...(row.agency_id === null ? {} : { agencyId: row.agency_id as AgencyId }),
    ...(row.is_for_domain === 1 ? { isForDomain: true } : {}),
  };
}
