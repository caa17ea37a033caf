import type { SchemaModule } from "kysely";
import type { Migration } from "./migrations.table.ts";

export const identity: Migration = {
  name: "identity",
  async up(schema) {
    await createDomainsAndProjects(schema);
    await createUsers(schema);
    await createKeysAndTokens(schema);
  },
};

async function createDomainsAndProjects(schema: SchemaModule): Promise<void> {
  await schema
    .createTable("domains")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull().unique())
    .execute();
  await schema
    .createTable("projects")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("domain_id", "text", (column) => column.notNull().references("domains.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("description", "text", (column) => column.notNull())
    .addColumn("enabled", "integer", (column) => column.notNull())
    .addUniqueConstraint("projects_domain_id_name", ["domain_id", "name"])
    .execute();
}

async function createUsers(schema: SchemaModule): Promise<void> {
  await schema
    .createTable("users")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("domain_id", "text", (column) => column.notNull().references("domains.id"))
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("password_hash", "text", (column) => column.notNull())
    .addColumn("enabled", "integer", (column) => column.notNull())
    .addUniqueConstraint("users_domain_id_name", ["domain_id", "name"])
    .execute();
  await schema
    .createTable("grants")
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("project_id", "text", (column) => column.notNull().references("projects.id").onDelete("cascade"))
    .addColumn("role", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("grants_primary_key", ["user_id", "project_id", "role"])
    .execute();
}

async function createKeysAndTokens(schema: SchemaModule): Promise<void> {
  await schema
    .createTable("access_keys")
    .addColumn("access", "text", (column) => column.primaryKey())
    .addColumn("secret", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("enabled", "integer", (column) => column.notNull())
    .execute();
  await schema
    .createTable("tokens")
    .addColumn("digest", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull().references("users.id").onDelete("cascade"))
    .addColumn("project_id", "text", (column) => column.references("projects.id").onDelete("cascade"))
    .addColumn("methods", "text", (column) => column.notNull())
    .addColumn("audit_id", "text", (column) => column.notNull())
    .addColumn("issued_at", "bigint", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .execute();
  await schema.createIndex("tokens_expires_at").on("tokens").column("expires_at").execute();
}
