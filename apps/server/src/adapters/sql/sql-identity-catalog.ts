import type { InsertResult, Kysely, Selectable } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { IdentityCatalog, ProjectRecord, TokenRecord, UserRecord } from "../../ports/identity-catalog.ts";
import type { DomainId, ProjectId, UserId } from "../../ports/ids.ts";
import type { IdentityTables } from "./identity-tables.ts";
import type { Tables } from "./tables.ts";

// Ids come back from the database as plain texts: reading a row is where they get their brands again.

/** Domains, projects, users, grants, access keys and tokens in an SQL database. */
export function sqlIdentityCatalog(db: Kysely<Tables>): IdentityCatalog {
  return { ...inserts(db), ...changes(db), ...directory(db), ...credentials(db) };
}

type Inserts = "insertDomain" | "insertProject" | "insertUser" | "insertGrant" | "insertAccessKey" | "insertToken";
type Changes = "updatePassword" | "updateSecret" | "deleteToken" | "deleteTokensExpiredBefore";
type Directory = "domain" | "domains" | "project" | "projects" | "user" | "roles";
type Credentials = "accessKey" | "token";

/** Inserting nothing on a conflict, and counting, is the one way of noticing a duplicate that every database words alike. */
function inserts(db: Kysely<Tables>): Pick<IdentityCatalog, Inserts> {
  return {
    insertDomain: async ({ id, name }) =>
      refuseDuplicate(await db.insertInto("domains").values({ id, name }).onConflict(nothing).executeTakeFirst(), `a domain ${name}`),
    insertProject: async ({ id, domainId, name, description, enabled }) => {
      const row = { id, domain_id: domainId, name, description, enabled: Number(enabled) };
      refuseDuplicate(await db.insertInto("projects").values(row).onConflict(nothing).executeTakeFirst(), `a project ${name}`);
    },
    insertUser: async ({ id, domainId, name, passwordHash, enabled }) => {
      const row = { id, domain_id: domainId, name, password_hash: passwordHash, enabled: Number(enabled) };
      refuseDuplicate(await db.insertInto("users").values(row).onConflict(nothing).executeTakeFirst(), `a user ${name}`);
    },
    insertGrant: async ({ userId, projectId, role }) => {
      const row = { user_id: userId, project_id: projectId, role };
      refuseDuplicate(await db.insertInto("grants").values(row).onConflict(nothing).executeTakeFirst(), `a grant of ${role}`);
    },
    insertAccessKey: async ({ access, secret, userId, enabled }) => {
      const row = { access, secret, user_id: userId, enabled: Number(enabled) };
      refuseDuplicate(await db.insertInto("access_keys").values(row).onConflict(nothing).executeTakeFirst(), `an access key ${access}`);
    },
    insertToken: async ({ digest, userId, projectId, methods, auditId, issuedAt, expiresAt }) => {
      const row = {
        digest,
        user_id: userId,
        project_id: projectId ?? null,
        methods: JSON.stringify(methods),
        audit_id: auditId,
        issued_at: issuedAt,
        expires_at: expiresAt,
      };
      refuseDuplicate(await db.insertInto("tokens").values(row).onConflict(nothing).executeTakeFirst(), "such a token");
    },
  };
}

function changes(db: Kysely<Tables>): Pick<IdentityCatalog, Changes> {
  return {
    updatePassword: async (userId, passwordHash) => {
      await db.updateTable("users").set({ password_hash: passwordHash }).where("id", "=", userId).execute();
    },
    updateSecret: async (access, secret) => {
      await db.updateTable("access_keys").set({ secret }).where("access", "=", access).execute();
    },
    deleteToken: async (digest) => {
      await db.deleteFrom("tokens").where("digest", "=", digest).execute();
    },
    deleteTokensExpiredBefore: async (instant) => {
      await db.deleteFrom("tokens").where("expires_at", "<", instant).execute();
    },
  };
}

function directory(db: Kysely<Tables>): Pick<IdentityCatalog, Directory> {
  return {
    domain: async (by) => {
      const query = db.selectFrom("domains").selectAll();
      const row = await ("id" in by ? query.where("id", "=", by.id) : query.where("name", "=", by.name)).executeTakeFirst();
      return row && { id: row.id as DomainId, name: row.name };
    },
    domains: async () => {
      const rows = await db.selectFrom("domains").selectAll().orderBy("name").execute();
      return rows.map((row) => ({ id: row.id as DomainId, name: row.name }));
    },
    project: async (by) => {
      const query = db.selectFrom("projects").selectAll();
      const found = "id" in by ? query.where("id", "=", by.id) : query.where("domain_id", "=", by.domainId).where("name", "=", by.name);
      const row = await found.executeTakeFirst();
      return row && toProject(row);
    },
    projects: async ({ domainId, name, userId }) => {
      let query = db.selectFrom("projects").selectAll().orderBy("name").orderBy("id");
      query = domainId === undefined ? query : query.where("domain_id", "=", domainId);
      query = name === undefined ? query : query.where("name", "=", name);
      if (userId !== undefined) {
        query = query.where("id", "in", db.selectFrom("grants").select("project_id").where("user_id", "=", userId));
      }
      return (await query.execute()).map(toProject);
    },
    user: async (by) => {
      const query = db.selectFrom("users").selectAll();
      const found = "id" in by ? query.where("id", "=", by.id) : query.where("domain_id", "=", by.domainId).where("name", "=", by.name);
      const row = await found.executeTakeFirst();
      return row && toUser(row);
    },
    roles: async (userId, projectId) => {
      const query = db.selectFrom("grants").select("role").where("user_id", "=", userId).where("project_id", "=", projectId);
      return (await query.orderBy("role").execute()).map(({ role }) => role);
    },
  };
}

function credentials(db: Kysely<Tables>): Pick<IdentityCatalog, Credentials> {
  return {
    accessKey: async (access) => {
      const row = await db.selectFrom("access_keys").selectAll().where("access", "=", access).executeTakeFirst();
      return row && { access: row.access, secret: row.secret, userId: row.user_id as UserId, enabled: row.enabled === 1 };
    },
    token: async (digest) => {
      const row = await db.selectFrom("tokens").selectAll().where("digest", "=", digest).executeTakeFirst();
      return row && toToken(row);
    },
  };
}

function nothing<Clause>(conflict: { doNothing(): Clause }): Clause {
  return conflict.doNothing();
}

function refuseDuplicate(result: InsertResult, what: string): void {
  if (result.numInsertedOrUpdatedRows !== 1n) {
    throw new DuplicateError(`There is already ${what}, or one with the same id`);
  }
}

function toProject(row: Selectable<IdentityTables["projects"]>): ProjectRecord {
  return {
    id: row.id as ProjectId,
    domainId: row.domain_id as DomainId,
    name: row.name,
    description: row.description,
    enabled: row.enabled === 1,
  };
}

function toUser(row: Selectable<IdentityTables["users"]>): UserRecord {
  return {
    id: row.id as UserId,
    domainId: row.domain_id as DomainId,
    name: row.name,
    passwordHash: row.password_hash,
    enabled: row.enabled === 1,
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
  };
}
