import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool } from "kysely";
import { DuplicateError } from "../../ports/catalog.ts";
import type { ImageCatalog, ImageFilter, ImagePage, ImageRecord, ImageSort } from "../../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../../ports/ids.ts";
import type { ImagesTables } from "./images-tables.ts";
import type { Tables } from "./tables.ts";

type Row = Selectable<ImagesTables["images"]>;
type Images = ExpressionBuilder<Tables, "images">;
interface Order {
  readonly column: "created_at" | "name" | "status" | "id" | "container_format" | "disk_format";
  readonly direction: "asc" | "desc";
}

const sortColumns: Readonly<Record<ImageSort["key"], Order["column"]>> = {
  createdAt: "created_at",
  name: "name",
  status: "status",
  id: "id",
  containerFormat: "container_format",
  diskFormat: "disk_format",
};

/** Images in an SQL database. What is many of one image (disks, tags, properties) lies in its row as JSON: a list reads one table. */
export function sqlImageCatalog(db: Kysely<Tables>): ImageCatalog {
  return {
    async insert(image) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("images")
        // A whole image has every column.
        .values(toColumns(image) as Row)
        .onConflict((conflict) => conflict.column("id").doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows !== 1n) {
        throw new DuplicateError(`There is an image ${image.id} already`);
      }
    },
    async get(id) {
      const row = await db.selectFrom("images").selectAll().where("id", "=", id).executeTakeFirst();
      return row && toRecord(row);
    },
    list: (filter, page) => listImages(db, filter, page),
    async count(projectId) {
      const { count } = await db
        .selectFrom("images")
        .select((images) => images.fn.countAll().as("count"))
        .where("project_id", "=", projectId)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
    async update(id, change) {
      const row = await db.updateTable("images").set(toColumns(change)).where("id", "=", id).returningAll().executeTakeFirst();
      return row && toRecord(row);
    },
    async changeStatus(id, expected, status, change) {
      const row = await db
        .updateTable("images")
        .set({ ...toColumns(change), status })
        .where("id", "=", id)
        .where("status", "in", expected)
        .returningAll()
        .executeTakeFirst();
      return row && toRecord(row);
    },
    async remove(id, expected) {
      const row = await db.deleteFrom("images").where("id", "=", id).where("status", "in", expected).returningAll().executeTakeFirst();
      return row && toRecord(row);
    },
  };
}

async function listImages(db: Kysely<Tables>, filter: ImageFilter, page: ImagePage): Promise<readonly ImageRecord[] | undefined> {
  const orders = ordersOf(page.sort);
  let query = db.selectFrom("images").selectAll().limit(page.limit);
  for (const condition of conditionsOf(filter)) {
    query = query.where(condition);
  }
  if (page.after !== undefined) {
    const marker = await db
      .selectFrom("images")
      .selectAll()
      .where("id", "=", page.after)
      .where(isVisibleTo(filter.visibleTo))
      .executeTakeFirst();
    if (marker === undefined) {
      return undefined;
    }
    query = query.where((images) => comesAfter(images, orders, marker));
  }
  for (const { column, direction } of orders) {
    query = query.orderBy(column, direction);
  }
  return (await query.execute()).map(toRecord);
}

/** The asked order, made total so that paging neither repeats nor skips: newest first among equals, then by id. */
function ordersOf(sort: ImageSort | undefined): readonly Order[] {
  const asked: Order[] = sort === undefined ? [] : [{ column: sortColumns[sort.key], direction: sort.direction }];
  const rest: Order[] = [
    { column: "created_at", direction: "desc" },
    { column: "id", direction: "desc" },
  ];
  return [...asked, ...rest.filter(({ column }) => column !== asked[0]?.column)];
}

/** Rows behind the marker: behind it in the first column where they differ. */
function comesAfter(images: Images, orders: readonly Order[], marker: Row): Expression<SqlBool> {
  return images.or(
    orders.map(({ column, direction }, index) =>
      images.and([
        ...orders.slice(0, index).map((earlier) => images(earlier.column, "=", marker[earlier.column])),
        images(column, direction === "asc" ? ">" : "<", marker[column]),
      ]),
    ),
  );
}

function conditionsOf(filter: ImageFilter): readonly ((images: Images) => Expression<SqlBool>)[] {
  const equal = {
    id: filter.id,
    project_id: filter.projectId,
    name: filter.name,
    visibility: filter.visibility,
    kind: filter.kind,
  } as const;
  const conditions = [isVisibleTo(filter.visibleTo)];
  // The keys are those of the literal above.
  for (const column of Object.keys(equal) as (keyof typeof equal)[]) {
    const value = equal[column];
    if (value !== undefined) {
      conditions.push((images) => images(column, "=", value));
    }
  }
  const { status } = filter;
  if (status !== undefined) {
    conditions.push((images) => images("status", "in", status));
  }
  return conditions;
}

function isVisibleTo(projectId: ProjectId | undefined): (images: Images) => Expression<SqlBool> {
  return (images) =>
    projectId === undefined ? images.lit(true) : images.or([images("project_id", "=", projectId), images("visibility", "=", "public")]);
}

/** Which column keeps which field. */
const columns: Readonly<Record<keyof ImageRecord, keyof Row>> = {
  id: "id",
  projectId: "project_id",
  name: "name",
  description: "description",
  status: "status",
  visibility: "visibility",
  protected: "protected",
  kind: "kind",
  containerFormat: "container_format",
  diskFormat: "disk_format",
  minDiskGiB: "min_disk_gib",
  minRamMiB: "min_ram_mib",
  maxRamMiB: "max_ram_mib",
  disks: "disks",
  osType: "os_type",
  osBit: "os_bit",
  osVersion: "os_version",
  platform: "platform",
  architecture: "architecture",
  firmware: "firmware",
  origin: "origin",
  sourceFormat: "source_format",
  enterpriseProjectId: "enterprise_project_id",
  tags: "tags",
  properties: "properties",
  createdAt: "created_at",
  updatedAt: "updated_at",
  activeAt: "active_at",
  encryption: "encryption",
};

/** Words the given fields as columns. */
function toColumns(fields: Partial<ImageRecord>): Partial<Row> {
  // The keys of `fields` are those of ImageRecord.
  const entries = Object.entries(fields).map(([field, value]) => [columns[field as keyof ImageRecord], toColumn(value)]);
  return Object.fromEntries(entries) as Partial<Row>;
}

function toColumn(value: ImageRecord[keyof ImageRecord]): string | number | null {
  if (value === undefined) {
    return null;
  }
  if (typeof value === "boolean") {
    return value ? 1 : 0;
  }
  return typeof value === "object" ? JSON.stringify(value) : value;
}

/** Rows are written by `toColumns` alone, so the words and the JSON in them are ours. */
function toRecord(row: Row): ImageRecord {
  return {
    id: row.id as ImageId,
    projectId: row.project_id as ProjectId,
    name: row.name,
    description: row.description,
    status: row.status as ImageRecord["status"],
    visibility: row.visibility as ImageRecord["visibility"],
    protected: row.protected === 1,
    kind: row.kind as ImageRecord["kind"],
    containerFormat: row.container_format,
    diskFormat: row.disk_format,
    minDiskGiB: row.min_disk_gib,
    minRamMiB: row.min_ram_mib,
    maxRamMiB: row.max_ram_mib,
    disks: JSON.parse(row.disks) as ImageRecord["disks"],
    osType: row.os_type as ImageRecord["osType"],
    osBit: row.os_bit as ImageRecord["osBit"],
    osVersion: row.os_version,
    platform: row.platform,
    architecture: row.architecture as ImageRecord["architecture"],
    firmware: row.firmware as ImageRecord["firmware"],
    origin: row.origin ?? undefined,
    sourceFormat: row.source_format ?? undefined,
    enterpriseProjectId: row.enterprise_project_id,
    tags: JSON.parse(row.tags) as ImageRecord["tags"],
    properties: JSON.parse(row.properties) as ImageRecord["properties"],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    activeAt: row.active_at ?? undefined,
    encryption: row.encryption === null ? undefined : (JSON.parse(row.encryption) as ImageRecord["encryption"]),
  };
}
