import type { Kysely, Selectable } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { AgencyRecord, AssignmentRecord, GivenRole, IdentityRights, PolicyRecord, RolesQuery } from "../../ports/identity-catalog.ts";
import type { AgencyId, DomainId } from "../../ports/ids.ts";
import type { IdentityTables } from "./identity-tables.ts";
import { preparedQuery } from "./prepared-query.ts";
import { nothing, refuseDuplicate } from "./refuse-duplicate.ts";
import type { Tables } from "./tables.ts";

/** Policies, agencies and assignments in an SQL database. */
export function sqlIdentityRights(db: Kysely<Tables>): IdentityRights {
  return { ...assignments(db), ...policies(db), ...agencies(db) };
}

type Assignments = "insertGrant" | "assign" | "unassign" | "assignments" | "givenRoles";
type Policies = "insertPolicy" | "updatePolicy" | "deletePolicy" | "policy" | "policies";
type Agencies = "insertAgency" | "updateAgency" | "deleteAgency" | "agency" | "agencies";

const columns = {
  subjectKind: "subject_kind",
  subjectId: "subject_id",
  scopeKind: "scope_kind",
  scopeId: "scope_id",
  domainId: "domain_id",
  roleId: "role_id",
} as const satisfies Record<keyof AssignmentRecord, keyof IdentityTables["assignments"]>;

function assignments(db: Kysely<Tables>): Pick<IdentityRights, Assignments> {
  return {
    insertGrant: async ({ userId, projectId, role }) => {
      const project = await db.selectFrom("projects").select("domain_id").where("id", "=", projectId).executeTakeFirstOrThrow();
      const [user, where] = [
        { subject_kind: "user", subject_id: userId } as const,
        { scope_kind: "project", scope_id: projectId } as const,
      ];
      const row = { ...user, ...where, domain_id: project.domain_id, role_id: role };
      refuseDuplicate(await db.insertInto("assignments").values(row).onConflict(nothing).executeTakeFirst(), `a grant of ${role}`);
    },
    assign: async (assignment) => {
      await db.insertInto("assignments").values(toRow(assignment)).onConflict(nothing).execute();
    },
    unassign: async (assignment) => {
      let query = db.deleteFrom("assignments");
      for (const [column, value] of Object.entries(toRow(assignment))) {
        // The keys of a row are its columns.
        query = query.where(column as keyof IdentityTables["assignments"], "=", value);
      }
      return (await query.executeTakeFirst()).numDeletedRows > 0n;
    },
    assignments: async (filter) => {
      let query = db.selectFrom("assignments").selectAll().orderBy("subject_id").orderBy("scope_id").orderBy("role_id");
      for (const [field, value] of Object.entries(filter)) {
        query = query.where(columns[field as keyof AssignmentRecord], "=", value);
      }
      return (await query.execute()).map(toAssignment);
    },
    givenRoles: async (query) => {
      const { subject, domainId, projectId } = query;
      const isUsual = subject.kind === "user" && projectId !== undefined;
      const given = isUsual
        ? (await ofUserInProject(db, { userId: subject.id, domainId, projectId })).rows
        : await rolesQuery(db, query).execute();
      return given.map(toGivenRole);
    },
  };
}

interface GivenRow {
  readonly role_id: string;
  readonly scope_kind: GivenRole["scope"];
  readonly scope_id: string;
  readonly name: string | null;
  readonly document: string | null;
}

/** What nearly every call of the service asks. */
const ofUserInProject = preparedQuery<{ userId: string; domainId: string; projectId: string }, GivenRow>((db, { userId, ...scope }) =>
  rolesQuery(db, { subject: { kind: "user", id: userId }, ...scope }),
);

function rolesQuery(db: Kysely<Tables>, { subject, domainId, projectId }: RolesQuery) {
  const groups = db.selectFrom("group_members").select("group_id").where("user_id", "=", subject.id);
  return db
    .selectFrom("assignments")
    .leftJoin("policies", (join) =>
      join.onRef("policies.id", "=", "assignments.role_id").onRef("policies.domain_id", "=", "assignments.domain_id"),
    )
    .select(["role_id", "scope_kind", "scope_id", "policies.name", "policies.document"])
    .where("assignments.domain_id", "=", domainId)
    .where((row) => {
      const own = row.and([row("subject_kind", "=", subject.kind), row("subject_id", "=", subject.id)]);
      const throughGroup = row.and([row("subject_kind", "=", "group"), row("subject_id", "in", groups)]);
      return subject.kind === "user" ? row.or([own, throughGroup]) : own;
    })
    .where((row) =>
      projectId === undefined
        ? row("scope_kind", "=", "domain")
        : row.or([row("scope_kind", "!=", "project"), row("scope_id", "=", projectId)]),
    )
    .orderBy("role_id");
}

function toGivenRole({ role_id, scope_kind, scope_id, name, document }: GivenRow): GivenRole {
  return {
    roleId: role_id,
    scope: scope_kind,
    enterpriseProjectId: scope_kind === "enterpriseProject" ? scope_id : undefined,
    policy: name === null || document === null ? undefined : { name, document: JSON.parse(document) as unknown },
  };
}

function policies(db: Kysely<Tables>): Pick<IdentityRights, Policies> {
  return {
    insertPolicy: async ({ id, domainId, name, description, document, createdAt, updatedAt }) => {
      const row = { id, domain_id: domainId, name, description, document: JSON.stringify(document) };
      const values = { ...row, created_at: createdAt, updated_at: updatedAt };
      refuseDuplicate(await db.insertInto("policies").values(values).onConflict(nothing).executeTakeFirst(), `a policy ${name}`);
    },
    updatePolicy: async (id, { document, updatedAt, ...texts }) => {
      if (texts.name !== undefined) {
        await refuseTakenPolicyName(db, id, texts.name);
      }
      const change = { ...texts, updated_at: updatedAt, ...(document === undefined ? {} : { document: JSON.stringify(document) }) };
      await db.updateTable("policies").set(change).where("id", "=", id).execute();
    },
    deletePolicy: async (id) => {
      await db.deleteFrom("assignments").where("role_id", "=", id).execute();
      await db.deleteFrom("policies").where("id", "=", id).execute();
    },
    policy: async (by) => {
      const query = db.selectFrom("policies").selectAll();
      const found = "id" in by ? query.where("id", "=", by.id) : query.where("domain_id", "=", by.domainId).where("name", "=", by.name);
      const row = await found.executeTakeFirst();
      return row && toPolicy(row);
    },
    policies: async (domainId) => {
      const query = db.selectFrom("policies").selectAll().where("domain_id", "=", domainId);
      return (await query.orderBy("name").execute()).map(toPolicy);
    },
  };
}

/** Throws  DuplicateError */
async function refuseTakenPolicyName(db: Kysely<Tables>, id: string, name: string): Promise<void> {
  const own = db.selectFrom("policies").select("domain_id").where("id", "=", id);
  const other = db.selectFrom("policies").select("id").where("name", "=", name).where("id", "!=", id).where("domain_id", "=", own);
  if ((await other.executeTakeFirst()) !== undefined) {
    throw new DuplicateError(`The name ${name} is taken`);
  }
}

function agencies(db: Kysely<Tables>): Pick<IdentityRights, Agencies> {
  return {
    insertAgency: async ({ id, domainId, name, description, trustedDomainName, createdAt, expiresAt }) => {
      const row = { id, domain_id: domainId, name, description, trusted_domain_name: trustedDomainName };
      const values = { ...row, created_at: createdAt, expires_at: expiresAt ?? null };
      refuseDuplicate(await db.insertInto("agencies").values(values).onConflict(nothing).executeTakeFirst(), `an agency ${name}`);
    },
    updateAgency: async (id, change) => {
      const { description, trustedDomainName } = change;
      const columnsOfChange = {
        ...(description === undefined ? {} : { description }),
        ...(trustedDomainName === undefined ? {} : { trusted_domain_name: trustedDomainName }),
        ...("expiresAt" in change ? { expires_at: change.expiresAt ?? null } : {}),
      };
      if (Object.keys(columnsOfChange).length > 0) {
        await db.updateTable("agencies").set(columnsOfChange).where("id", "=", id).execute();
      }
    },
    deleteAgency: async (id) => {
      await db.deleteFrom("tokens").where("agency_id", "=", id).execute();
      await db.deleteFrom("temporary_keys").where("agency_id", "=", id).execute();
      await db.deleteFrom("assignments").where("subject_id", "=", id).where("subject_kind", "=", "agency").execute();
      await db.deleteFrom("agencies").where("id", "=", id).execute();
    },
    agency: async (by) => {
      const query = db.selectFrom("agencies").selectAll();
      const found = "id" in by ? query.where("id", "=", by.id) : query.where("domain_id", "=", by.domainId).where("name", "=", by.name);
      const row = await found.executeTakeFirst();
      return row && toAgency(row);
    },
    agencies: async (domainId) => {
      const query = db.selectFrom("agencies").selectAll().where("domain_id", "=", domainId);
      return (await query.orderBy("name").execute()).map(toAgency);
    },
  };
}

function toRow({ subjectKind, subjectId, scopeKind, scopeId, domainId, roleId }: AssignmentRecord): IdentityTables["assignments"] {
  const [subject, scope] = [
    { subject_kind: subjectKind, subject_id: subjectId },
    { scope_kind: scopeKind, scope_id: scopeId },
  ];
  return { ...subject, ...scope, domain_id: domainId, role_id: roleId };
}

function toAssignment(row: Selectable<IdentityTables["assignments"]>): AssignmentRecord {
  return {
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    scopeKind: row.scope_kind,
    scopeId: row.scope_id,
    domainId: row.domain_id as DomainId,
    roleId: row.role_id,
  };
}

function toPolicy(row: Selectable<IdentityTables["policies"]>): PolicyRecord {
  const { id, name, description } = row;
  const [createdAt, updatedAt] = [row.created_at, row.updated_at];
  return {
    id,
    domainId: row.domain_id as DomainId,
    name,
    description,
    document: JSON.parse(row.document) as unknown,
    createdAt,
    updatedAt,
  };
}

function toAgency(row: Selectable<IdentityTables["agencies"]>): AgencyRecord {
  return {
    id: row.id as AgencyId,
    domainId: row.domain_id as DomainId,
    name: row.name,
    description: row.description,
    trustedDomainName: row.trusted_domain_name,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
  };
}
