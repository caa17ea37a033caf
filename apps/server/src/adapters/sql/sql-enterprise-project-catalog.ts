import type { Kysely, Selectable } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { EnterpriseProjectCatalog, EnterpriseProjectKind, EnterpriseProjectRecord } from "../../ports/enterprise-project-catalog.ts";
import type { DomainId } from "../../ports/ids.ts";
import type { Tables } from "./tables.ts";
import type { TagsTables } from "./tags-tables.ts";

type Row = Selectable<TagsTables["enterprise_projects"]>;

/** Enterprise projects in an SQL database. */
export function sqlEnterpriseProjectCatalog(db: Kysely<Tables>): EnterpriseProjectCatalog {
  const find = async (domainId: DomainId, id: string): Promise<EnterpriseProjectRecord | undefined> => {
    const query = db.selectFrom("enterprise_projects").selectAll().where("domain_id", "=", domainId).where("id", "=", id);
    const row = await query.executeTakeFirst();
    return row && toRecord(row);
  };
  return {
    async insert(record) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("enterprise_projects")
        .values(toRow(record))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new DuplicateError(`There is an enterprise project ${record.name} already`);
      }
    },
    get: find,
    async list(domainId) {
      const rows = await db
        .selectFrom("enterprise_projects")
        .selectAll()
        .where("domain_id", "=", domainId)
        .orderBy("created_at")
        .orderBy("id")
        .execute();
      return rows.map(toRecord);
    },
    async update(domainId, id, { enabled, updatedAt, ...words }) {
      const { name } = words;
      let query = db
        .updateTable("enterprise_projects")
        .set({ ...words, ...(enabled !== undefined && { enabled: Number(enabled) }), updated_at: updatedAt })
        .where("domain_id", "=", domainId)
        .where("id", "=", id);
      if (name !== undefined) {
        query = query.where(({ exists, not, selectFrom }) =>
          not(
            exists(
              selectFrom("enterprise_projects as other")
                .select("other.id")
                .where("other.domain_id", "=", domainId)
                .where("other.name", "=", name)
                .where("other.id", "!=", id),
            ),
          ),
        );
      }
      const row = await query.returningAll().executeTakeFirst();
      if (row === undefined && (await find(domainId, id)) !== undefined) {
        throw new DuplicateError(`There is an enterprise project ${name} already`);
      }
      return row && toRecord(row);
    },
  };
}

function toRow({ id, domainId, name, description, kind, enabled, createdAt, updatedAt }: EnterpriseProjectRecord): Row {
  return { id, domain_id: domainId, name, description, kind, enabled: Number(enabled), created_at: createdAt, updated_at: updatedAt };
}

/** Rows are written here alone, so the words in them are ours. */
function toRecord(row: Row): EnterpriseProjectRecord {
  return {
    id: row.id,
    domainId: row.domain_id as DomainId,
    name: row.name,
    description: row.description,
    kind: row.kind as EnterpriseProjectKind,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
