import type { Kysely, Selectable } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { DomainRecord, GroupRecord, IdentityDirectory, ProjectRecord, UserRecord } from "../../ports/identity-catalog.ts";
import type { DomainId, GroupId, ProjectId, UserId } from "../../ports/ids.ts";
import type { IdentityTables } from "./identity-tables.ts";
import { preparedQuery } from "./prepared-query.ts";
import { nothing, refuseDuplicate } from "./refuse-duplicate.ts";
import type { Tables } from "./tables.ts";

// Ids come back from the database as plain texts: reading a row is where they get their brands again.

/** Domains, projects, users and groups in an SQL database. */
export function sqlIdentityDirectory(db: Kysely<Tables>): IdentityDirectory {
  return { ...inserts(db), ...changes(db), ...removals(db), ...domainsAndProjects(db), ...usersAndGroups(db) };
}

type Inserts = "insertDomain" | "insertProject" | "insertUser" | "insertGroup" | "addMember";
type Changes = "updateProject" | "updateUser" | "updatePassword" | "updateGroup";
type Removals = "deleteUser" | "deleteGroup" | "removeMember";

function inserts(db: Kysely<Tables>): Pick<IdentityDirectory, Inserts> {
  return {
    insertDomain: async ({ id, name }) =>
      refuseDuplicate(await db.insertInto("domains").values({ id, name }).onConflict(nothing).executeTakeFirst(), `a domain ${name}`),
    insertProject: async ({ id, domainId, name, description, enabled }) => {
      const row = { id, domain_id: domainId, name, description, enabled: Number(enabled) };
      refuseDuplicate(await db.insertInto("projects").values(row).onConflict(nothing).executeTakeFirst(), `a project ${name}`);
    },
    insertUser: async ({ id, domainId, name, passwordHash, enabled, description = "" }) => {
      const row = { id, domain_id: domainId, name, password_hash: passwordHash, enabled: Number(enabled), description };
      refuseDuplicate(await db.insertInto("users").values(row).onConflict(nothing).executeTakeFirst(), `a user ${name}`);
    },
    insertGroup: async ({ id, domainId, name, description, createdAt }) => {
      const row = { id, domain_id: domainId, name, description, created_at: createdAt };
      refuseDuplicate(await db.insertInto("groups").values(row).onConflict(nothing).executeTakeFirst(), `a group ${name}`);
    },
    addMember: async (groupId, userId) => {
      await db.insertInto("group_members").values({ group_id: groupId, user_id: userId }).onConflict(nothing).execute();
    },
  };
}

function changes(db: Kysely<Tables>): Pick<IdentityDirectory, Changes> {
  return {
    updateProject: async (id, { enabled, ...texts }) => {
      await refuseTakenName(db, "projects", id, texts.name);
      const change = { ...texts, ...(enabled === undefined ? {} : { enabled: Number(enabled) }) };
      if (Object.keys(change).length > 0) {
        await db.updateTable("projects").set(change).where("id", "=", id).execute();
      }
    },
    updateUser: async (id, { enabled, ...texts }) => {
      await refuseTakenName(db, "users", id, texts.name);
      const change = { ...texts, ...(enabled === undefined ? {} : { enabled: Number(enabled) }) };
      if (Object.keys(change).length > 0) {
        await db.updateTable("users").set(change).where("id", "=", id).execute();
      }
    },
    updatePassword: async (userId, passwordHash) => {
      await db.updateTable("users").set({ password_hash: passwordHash }).where("id", "=", userId).execute();
    },
    updateGroup: async (id, change) => {
      await refuseTakenName(db, "groups", id, change.name);
      if (Object.keys(change).length > 0) {
        await db.updateTable("groups").set(change).where("id", "=", id).execute();
      }
    },
  };
}

/** Changes happen in transactions, and nothing else happens beside one: asking first is enough. Throws  DuplicateError */
async function refuseTakenName(
  db: Kysely<Tables>,
  table: "projects" | "users" | "groups",
  id: string,
  name: string | undefined,
): Promise<void> {
  if (name === undefined) {
    return;
  }
  const others = db.selectFrom(table).select("id").where("name", "=", name).where("id", "!=", id);
  const own = db.selectFrom(table).select("domain_id").where("id", "=", id);
  if ((await others.where("domain_id", "=", own).executeTakeFirst()) !== undefined) {
    throw new DuplicateError(`The name ${name} is taken`);
  }
}

function removals(db: Kysely<Tables>): Pick<IdentityDirectory, Removals> {
  return {
    // Memberships, keys and tokens go with the row.
    deleteUser: async (id) => {
      await db.deleteFrom("assignments").where("subject_id", "=", id).where("subject_kind", "=", "user").execute();
      await db.deleteFrom("users").where("id", "=", id).execute();
    },
    deleteGroup: async (id) => {
      await db.deleteFrom("assignments").where("subject_id", "=", id).where("subject_kind", "=", "group").execute();
      await db.deleteFrom("groups").where("id", "=", id).execute();
    },
    removeMember: async (groupId, userId) => {
      const query = db.deleteFrom("group_members").where("group_id", "=", groupId).where("user_id", "=", userId);
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    },
  };
}

// What nearly every call of the service asks.
const domainOf = preparedQuery<{ id: string }, Selectable<IdentityTables["domains"]>>((db, { id }) =>
  db.selectFrom("domains").selectAll().where("id", "=", id),
);
const projectOf = preparedQuery<{ id: string }, Selectable<IdentityTables["projects"]>>((db, { id }) =>
  db.selectFrom("projects").selectAll().where("id", "=", id),
);
const userOf = preparedQuery<{ id: string }, Selectable<IdentityTables["users"]>>((db, { id }) =>
  db.selectFrom("users").selectAll().where("id", "=", id),
);

function domainsAndProjects(db: Kysely<Tables>): Pick<IdentityDirectory, "domain" | "domains" | "project" | "projects"> {
  return {
    domain: async (by) => {
      const [row] =
        "id" in by ? (await domainOf(db, by)).rows : await db.selectFrom("domains").selectAll().where("name", "=", by.name).execute();
      return row && toDomain(row);
    },
    domains: async () => (await db.selectFrom("domains").selectAll().orderBy("name").execute()).map(toDomain),
    project: async (by) => {
      const [row] =
        "id" in by
          ? (await projectOf(db, by)).rows
          : await db.selectFrom("projects").selectAll().where("domain_id", "=", by.domainId).where("name", "=", by.name).execute();
      return row && toProject(row);
    },
    projects: async ({ domainId, name, userId }) => {
      let query = db.selectFrom("projects").selectAll().orderBy("name").orderBy("id");
      query = domainId === undefined ? query : query.where("domain_id", "=", domainId);
      query = name === undefined ? query : query.where("name", "=", name);
      if (userId !== undefined) {
        const own = assignmentsOfUser(db, userId);
        query = query.where((project) =>
          project.or([
            project("id", "in", own.where("scope_kind", "=", "project").select("scope_id")),
            project("domain_id", "in", own.where("scope_kind", "!=", "project").select("domain_id")),
          ]),
        );
      }
      return (await query.execute()).map(toProject);
    },
  };
}

/** Assignments of a user and of its groups. */
function assignmentsOfUser(db: Kysely<Tables>, userId: UserId) {
  const groups = db.selectFrom("group_members").select("group_id").where("user_id", "=", userId);
  return db
    .selectFrom("assignments")
    .where((row) =>
      row.or([
        row.and([row("subject_kind", "=", "user"), row("subject_id", "=", userId)]),
        row.and([row("subject_kind", "=", "group"), row("subject_id", "in", groups)]),
      ]),
    );
}

function usersAndGroups(db: Kysely<Tables>): Pick<IdentityDirectory, "user" | "users" | "group" | "groups"> {
  return {
    user: async (by) => {
      const [row] =
        "id" in by
          ? (await userOf(db, by)).rows
          : await db.selectFrom("users").selectAll().where("domain_id", "=", by.domainId).where("name", "=", by.name).execute();
      return row && toUser(row);
    },
    users: async ({ domainId, name, groupId }) => {
      let query = db.selectFrom("users").selectAll().orderBy("name").orderBy("id");
      query = domainId === undefined ? query : query.where("domain_id", "=", domainId);
      query = name === undefined ? query : query.where("name", "=", name);
      if (groupId !== undefined) {
        query = query.where("id", "in", db.selectFrom("group_members").select("user_id").where("group_id", "=", groupId));
      }
      return (await query.execute()).map(toUser);
    },
    group: async (by) => {
      const query = db.selectFrom("groups").selectAll();
      const found = "id" in by ? query.where("id", "=", by.id) : query.where("domain_id", "=", by.domainId).where("name", "=", by.name);
      const row = await found.executeTakeFirst();
      return row && toGroup(row);
    },
    groups: async ({ domainId, name, userId }) => {
      let query = db.selectFrom("groups").selectAll().orderBy("name").orderBy("id");
      query = domainId === undefined ? query : query.where("domain_id", "=", domainId);
      query = name === undefined ? query : query.where("name", "=", name);
      if (userId !== undefined) {
        query = query.where("id", "in", db.selectFrom("group_members").select("group_id").where("user_id", "=", userId));
      }
      return (await query.execute()).map(toGroup);
    },
  };
}

function toDomain(row: Selectable<IdentityTables["domains"]>): DomainRecord {
  return { id: row.id as DomainId, name: row.name };
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
    ...(row.description === "" ? {} : { description: row.description }),
  };
}

function toGroup(row: Selectable<IdentityTables["groups"]>): GroupRecord {
  return {
    id: row.id as GroupId,
    domainId: row.domain_id as DomainId,
    name: row.name,
    description: row.description,
    createdAt: row.created_at,
  };
}
