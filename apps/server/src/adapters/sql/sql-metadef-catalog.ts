import type { Expression, ExpressionBuilder, Insertable, Kysely, Selectable, SqlBool } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type {
  MetadefCatalog,
  MetadefItem,
  MetadefKind,
  MetadefNamespaceFilter,
  MetadefNamespacePage,
  MetadefNamespaceRecord,
} from "../../ports/metadef-catalog.ts";
import type { MetadefsTables } from "./metadefs-tables.ts";
import { nothing, refuseDuplicate } from "./refuse-duplicate.ts";
import type { Tables } from "./tables.ts";
import { together } from "./together.ts";

type NamespaceRow = Selectable<MetadefsTables["metadef_namespaces"]>;
type ItemRow = Selectable<MetadefsTables["metadef_items"]>;
type NamespaceBuilder = ExpressionBuilder<Tables, "metadef_namespaces">;
type ItemsCatalog = Pick<MetadefCatalog, "insertItems" | "item" | "items" | "replaceItem" | "removeItem" | "removeItems">;

const sortColumns = {
  createdAt: "created_at",
  updatedAt: "updated_at",
  name: "name",
  owner: "owner",
  visibility: "visibility",
} as const satisfies Record<MetadefNamespacePage["key"], keyof NamespaceRow>;

/** Definitions of metadata in an SQL database. */
export function sqlMetadefCatalog(db: Kysely<Tables>): MetadefCatalog {
  return {
    ...namespacesIn(db),
    ...itemsIn(db),
    async addResourceType({ name, createdAt }) {
      const { position } = await db
        .selectFrom("metadef_resource_types")
        .select(({ fn, val }) => fn.coalesce(fn.max("position"), val(0)).as("position"))
        .executeTakeFirstOrThrow();
      const row = { name, position: position + 1, created_at: createdAt };
      await db.insertInto("metadef_resource_types").values(row).onConflict(nothing).execute();
    },
    async resourceTypes() {
      const rows = await db.selectFrom("metadef_resource_types").selectAll().orderBy("position").execute();
      return rows.map(({ name, created_at: createdAt }) => ({ name, createdAt }));
    },
    async loadedSets() {
      return (await db.selectFrom("metadef_loaded_sets").select("name").execute()).map(({ name }) => name);
    },
    async noteLoadedSet(name) {
      await db.insertInto("metadef_loaded_sets").values({ name }).onConflict(nothing).execute();
    },
  };
}

function namespacesIn(
  db: Kysely<Tables>,
): Pick<MetadefCatalog, "insertNamespace" | "namespace" | "namespaces" | "replaceNamespace" | "removeNamespace"> {
  return {
    async insertNamespace(record) {
      const result = await db.insertInto("metadef_namespaces").values(toRow(record)).onConflict(nothing).executeTakeFirstOrThrow();
      refuseDuplicate(result, `a namespace ${record.name}`);
    },
    async namespace(name) {
      const row = await db.selectFrom("metadef_namespaces").selectAll().where("name", "=", name).executeTakeFirst();
      return row && toRecord(row);
    },
    async namespaces(filter, page) {
      const column = sortColumns[page.key];
      const rows = await db
        .selectFrom("metadef_namespaces")
        .selectAll()
        .where((builder) => builder.and([...conditionsOf(builder, filter), ...afterMarker(builder, page)]))
        .orderBy(column, page.direction)
        .orderBy("id", page.direction)
        .limit(page.limit)
        .execute();
      return rows.map(toRecord);
    },
    async replaceNamespace(record) {
      const taken = await db
        .selectFrom("metadef_namespaces")
        .select("id")
        .where("name", "=", record.name)
        .where("id", "!=", record.id)
        .executeTakeFirst();
      if (taken !== undefined) {
        throw new DuplicateError(`There is a namespace ${record.name} already`);
      }
      await db.updateTable("metadef_namespaces").set(toRow(record)).where("id", "=", record.id).execute();
    },
    async removeNamespace(id) {
      await together(db, async (transaction) => {
        await transaction.deleteFrom("metadef_items").where("namespace_id", "=", id).execute();
        await transaction.deleteFrom("metadef_namespaces").where("id", "=", id).execute();
      });
    },
  };
}

function conditionsOf(
  builder: NamespaceBuilder,
  { visibleTo, visibility, resourceTypes = [] }: MetadefNamespaceFilter,
): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  if (visibleTo !== undefined) {
    const isOwn = visibleTo === "none" ? [] : [builder("owner", "=", visibleTo)];
    conditions.push(builder.or([builder("visibility", "=", "public"), ...isOwn]));
  }
  if (visibility !== undefined) {
    conditions.push(builder("visibility", "=", visibility));
  }
  if (resourceTypes.length > 0) {
    const ids = builder
      .selectFrom("metadef_items")
      .select("namespace_id")
      .where("kind", "=", "resourceType")
      .where("name", "in", resourceTypes);
    conditions.push(builder("id", "in", ids));
  }
  return conditions;
}

function afterMarker(builder: NamespaceBuilder, { key, direction, after }: MetadefNamespacePage): Expression<SqlBool>[] {
  if (after === undefined) {
    return [];
  }
  const column = sortColumns[key];
  const value = toRow(after)[column];
  const isBehind = direction === "asc" ? ">" : "<";
  return [builder.or([builder(column, isBehind, value), builder.and([builder(column, "=", value), builder("id", isBehind, after.id)])])];
}

function itemsIn(db: Kysely<Tables>): ItemsCatalog {
  const itemsOf = (namespaceId: string, kind?: MetadefKind) => {
    const query = db.selectFrom("metadef_items").selectAll().where("namespace_id", "=", namespaceId);
    return kind === undefined ? query : query.where("kind", "=", kind);
  };
  return {
    async insertItems(namespaceId, items) {
      if (items.length === 0) {
        return;
      }
      await together(db, async (transaction) => {
        const { position } = await transaction
          .selectFrom("metadef_items")
          .where("namespace_id", "=", namespaceId)
          .select(({ fn, val }) => fn.coalesce(fn.max("position"), val(0)).as("position"))
          .executeTakeFirstOrThrow();
        for (const [index, item] of items.entries()) {
          const row = toItemRow(namespaceId, item, position + index + 1);
          const result = await transaction.insertInto("metadef_items").values(row).onConflict(nothing).executeTakeFirstOrThrow();
          refuseDuplicate(result, `a ${item.kind} ${item.name}`);
        }
      });
    },
    async item(namespaceId, kind, name) {
      const row = await itemsOf(namespaceId, kind).where("name", "=", name).executeTakeFirst();
      return row && toItem(row);
    },
    async items(namespaceId, kind) {
      return (await itemsOf(namespaceId, kind).orderBy("position").execute()).map(toItem);
    },
    async replaceItem(namespaceId, name, item) {
      if (item.name !== name && (await itemsOf(namespaceId, item.kind).where("name", "=", item.name).executeTakeFirst()) !== undefined) {
        throw new DuplicateError(`There is a ${item.kind} ${item.name} already`);
      }
      await db
        .updateTable("metadef_items")
        .set({ name: item.name, content: JSON.stringify(item.content), created_at: item.createdAt, updated_at: item.updatedAt })
        .where("namespace_id", "=", namespaceId)
        .where("kind", "=", item.kind)
        .where("name", "=", name)
        .execute();
    },
    async removeItem(namespaceId, kind, name) {
      await db
        .deleteFrom("metadef_items")
        .where("namespace_id", "=", namespaceId)
        .where("kind", "=", kind)
        .where("name", "=", name)
        .execute();
    },
    async removeItems(namespaceId, kind) {
      await db.deleteFrom("metadef_items").where("namespace_id", "=", namespaceId).where("kind", "=", kind).execute();
    },
  };
}

function toRow(record: MetadefNamespaceRecord): NamespaceRow {
  return {
    id: record.id,
    name: record.name,
    display_name: record.displayName ?? null,
    description: record.description ?? null,
    visibility: record.visibility,
    protected: Number(record.protected),
    owner: record.owner,
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

/** Rows are written here alone, so the words in them are ours. */
function toRecord(row: NamespaceRow): MetadefNamespaceRecord {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name ?? undefined,
    description: row.description ?? undefined,
    visibility: row.visibility as MetadefNamespaceRecord["visibility"],
    protected: row.protected === 1,
    owner: row.owner,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toItemRow(namespaceId: string, item: MetadefItem, position: number): Insertable<MetadefsTables["metadef_items"]> {
  const { kind, name, content, createdAt, updatedAt } = item;
  return {
    namespace_id: namespaceId,
    kind,
    name,
    position,
    content: JSON.stringify(content),
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** Rows are written here alone, so the words in them are ours. */
function toItem(row: ItemRow): MetadefItem {
  return {
    kind: row.kind as MetadefKind,
    name: row.name,
    content: JSON.parse(row.content) as MetadefItem["content"],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
