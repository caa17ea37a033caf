import { sql } from "kysely";
import type { QueryExecutorProvider, SchemaModule } from "kysely";
import type { Migration } from "./migrations.table.ts";

export const permissions: Migration = {
  name: "permissions",
  async up(schema, db) {
    await createGroups(schema);
    await createAssignments(schema, db);
    await createPoliciesAndAgencies(schema);
    await extendCredentials(schema);
  },
};

async function createGroups(schema: SchemaModule): Promise<void> {
  await schema
    .alterTable("users")
    .addColumn("description", "text", (column) => column.notNull().defaultTo(""))
    .execute();
  await schema
    .createTable("groups")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("domain_id", "text", (column) => column.notNull().references("domains.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("groups_domain_id_name", ["domain_id", "name"])
    .execute();
  await schema
    .createTable("group_members")
    .addColumn("group_id", "text", (column) => column.notNull().references("groups.id").onDelete("cascade"))
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addPrimaryKeyConstraint("group_members_primary_key", ["group_id", "user_id"])
    .execute();
  await schema.createIndex("group_members_by_user").on("group_members").column("user_id").execute();
}

/** Takes over the grants, which knew users and projects only. */
async function createAssignments(schema: SchemaModule, db: QueryExecutorProvider): Promise<void> {
  await schema
    .createTable("assignments")
    .addColumn("subject_kind", "text", (column) => column.notNull())
    .addColumn("subject_id", "text", (column) => column.notNull())
    .addColumn("scope_kind", "text", (column) => column.notNull())
    .addColumn("scope_id", "text", (column) => column.notNull())
    .addColumn("domain_id", "text", (column) => column.notNull().references("domains.id"))
    .addColumn("role_id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("assignments_primary_key", ["subject_id", "subject_kind", "scope_kind", "scope_id", "domain_id", "role_id"])
    .execute();
  await schema.createIndex("assignments_by_role").on("assignments").column("role_id").execute();
  await sql`
    insert into assignments (subject_kind, subject_id, scope_kind, scope_id, domain_id, role_id)
    select 'user', g.user_id, 'project', g.project_id, p.domain_id, g.role
    from grants g join projects p on p.id = g.project_id`.execute(db);
  await schema.dropTable("grants").execute();
}

async function createPoliciesAndAgencies(schema: SchemaModule): Promise<void> {
  await schema
    .createTable("policies")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("domain_id", "text", (column) => column.notNull().references("domains.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("document", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("updated_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("policies_domain_id_name", ["domain_id", "name"])
    .execute();
  await schema
    .createTable("agencies")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("domain_id", "text", (column) => column.notNull().references("domains.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("trusted_domain_name", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint")
    .addUniqueConstraint("agencies_domain_id_name", ["domain_id", "name"])
    .execute();
}

async function extendCredentials(schema: SchemaModule): Promise<void> {
  await schema
    .alterTable("access_keys")
    .addColumn("description", "text", (column) => column.notNull().defaultTo(""))
    .execute();
  await schema
    .alterTable("access_keys")
    .addColumn("created_at", "bigint", (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.createIndex("access_keys_by_user").on("access_keys").column("user_id").execute();
  await schema.alterTable("tokens").addColumn("agency_id", "text").execute();
  await schema
    .alterTable("tokens")
    .addColumn("is_for_domain", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await schema.createIndex("tokens_by_user").on("tokens").column("user_id").execute();
  await schema
    .createTable("temporary_keys")
    .addColumn("access", "text", (column) => column.primaryKey())
    .addColumn("secret", "text", (column) => column.notNull())
    .addColumn("token_digest", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("agency_id", "text")
    .addColumn("project_id", "text")
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await schema.createIndex("temporary_keys_expires_at").on("temporary_keys").column("expires_at").execute();
}
