import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue } from "node:sqlite";
import { test } from "node:test";
import { Kysely } from "kysely";
import type { CompiledQuery } from "kysely";
import { anImage } from "../../ports/image-catalog.contract.ts";
import type { ImageFilter, ImagePage } from "../../ports/image-catalog.ts";
import type { ImageId, ProjectId } from "../../ports/ids.ts";
import { migrate } from "../sql/migrate.ts";
import { migrations } from "../sql/migrations/migrations.table.ts";
import { sqlImageCatalog } from "../sql/sql-image-catalog.ts";
import type { Tables } from "../sql/tables.ts";
import { nodeSqliteDialect } from "./node-sqlite-driver.ts";

const mine = "p-mine" as ProjectId;

/** What SQLite says that it does for a call: one line for each table, index and sort. */
async function planOf(call: (db: Kysely<Tables>) => Promise<unknown>): Promise<readonly string[]> {
  using database = new DatabaseSync(":memory:");
  const queries: CompiledQuery[] = [];
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database), log: (event) => void queries.push(event.query) });
  await migrate(db);
  await sqlImageCatalog(db).insert(anImage({ id: "marker" as ImageId, projectId: mine }));
  await call(db);
  const last = queries.at(-1);
  assert.ok(last);
  const rows = database.prepare(`explain query plan ${last.sql}`).all(...(last.parameters as SQLInputValue[]));
  return rows.map(({ detail }) => String(detail));
}

const tag = (...values: string[]) => ({ all: [{ key: "env", values }] });
const thenBy = [
  { key: "createdAt", direction: "asc" },
  { key: "id", direction: "asc" },
] as const;
const byName = { sort: { key: "name", direction: "asc" } } as const;

/** Filter and page of a list, and the index that its own images must come from. */
const lists: readonly (readonly [title: string, filter: ImageFilter, page: Partial<ImagePage>, index: RegExp])[] = [
  ["newest first", {}, {}, /SEARCH images USING (COVERING )?INDEX images_by_project \(project_id=\?\)/],
  ["behind a marker", {}, { after: "marker" }, /SEARCH images USING (COVERING )?INDEX images_by_project \(project_id=\? AND created_at</],
  ["by name", {}, byName, /SEARCH images USING (COVERING )?INDEX images_by_project_name \(project_id=\?\)/],
  ["by name behind a marker", {}, { ...byName, after: "marker" }, /INDEX images_by_project_name \(project_id=\? AND name>\?\)/],
  ["of one name", { name: "n" }, {}, /INDEX images_by_project_name \(project_id=\? AND name=\?\)/],
  ["with a tag", { tags: tag("prod") }, {}, /COVERING INDEX image_tags_by_tag \(project_id=\? AND tag_key=\? AND tag_value=\?\)/],
  ["with a tag's key", { tags: tag() }, {}, /COVERING INDEX image_tags_by_key \(project_id=\? AND tag_key=\?\)/],
  ["of public images", { visibility: ["public"] }, {}, /INDEX images_public$/],
  [
    "of private images",
    { visibility: ["private", "shared"], hasMembers: false, status: ["active"] },
    {},
    /INDEX images_by_project \(project_id=\?\)/,
  ],
  ["of community images", { visibility: ["community"], community: "all" }, {}, /INDEX images_community$/],
  [
    "as the Image API asks for it",
    { status: ["queued", "saving", "uploading", "importing", "active", "deactivated"], isHidden: false },
    { sort: { key: "createdAt", direction: "desc" }, thenBy: [{ key: "id", direction: "desc" }] },
    /INDEX images_by_project \(project_id=\?\)/,
  ],
  ["by name, and all else in that direction", {}, { ...byName, thenBy }, /INDEX images_by_project_name \(project_id=\?\)/],
  ["of one id", { id: "marker" }, {}, /SEARCH images USING INDEX sqlite_autoindex_images_1 \(id=\?\)/],
];

for (const [title, filter, page, index] of lists) {
  test(`a list ${title} is read from an index, and no table is read whole`, async () => {
    const plan = await planOf(async (db) => await sqlImageCatalog(db).list({ visibleTo: mine, ...filter }, { limit: 25, ...page }));
    assert.ok(
      plan.some((line) => index.test(line)),
      plan.join("\n"),
    );
    const whole = plan.filter((line) => /^SCAN (images|image_\w+)(?! USING (COVERING )?INDEX images_(?:public|community))/.test(line));
    assert.deepEqual(whole, []);
  });
}

test("how many images a project has is read from one row, however many there are", async () => {
  const plan = await planOf(async (db) => await sqlImageCatalog(db).count(mine));
  assert.match(plan.join("\n"), /^SEARCH image_counts USING INDEX sqlite_autoindex_image_counts_1 \(project_id=\?\)$/);
});

test("one's own images are not sorted where the index has their order", async () => {
  const plan = await planOf(async (db) => await sqlImageCatalog(db).list({ visibleTo: mine, projectId: mine }, { limit: 25 }));
  assert.deepEqual(plan, ["SEARCH images USING INDEX images_by_project (project_id=?)"]);
});

test("images that are there already are counted, and found by their tags and attributes, after the update of the catalog", async () => {
  using database = new DatabaseSync(":memory:");
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  const place = migrations.findIndex(({ name }) => name === "image-labels");
  await migrate(db, migrations.slice(0, place));
  // As versions before this one wrote them.
  const insert = database.prepare(
    `insert into images (id, project_id, name, description, status, visibility, protected, kind, container_format, disk_format, min_disk_gib,
      min_ram_mib, max_ram_mib, disks, os_type, os_bit, os_version, platform, architecture, firmware, enterprise_project_id, tags, properties,
      created_at, updated_at) values (?, 'p-mine', 'n', '', 'active', 'private', 0, 'system', 'bare', 'zvhd2', 40, 0, 0, '[]', 'Linux', '64',
      'v', 'p', 'x86', 'bios', '0', ?, ?, ?, 1)`,
  );
  for (let index = 0; index < 501; index += 1) {
    insert.run(`i-${index}`, index === 500 ? '["env=prod","alone"]' : "[]", index === 500 ? '{"free":"x"}' : "{}", index);
  }
  await migrate(db);
  const catalog = sqlImageCatalog(db);
  const idsOf = async (filter: ImageFilter) =>
    ((await catalog.list({ visibleTo: mine, ...filter }, { limit: 5 })) ?? []).map(({ id }) => id);
  assert.deepEqual(await idsOf({ tags: tag("prod") }), ["i-500"]);
  assert.deepEqual(await idsOf({ tags: { all: [{ key: "alone", values: [""] }] } }), ["i-500"]);
  assert.deepEqual(await idsOf({ properties: { free: "x" } }), ["i-500"]);
  assert.equal((await idsOf({ tags: { none: true } })).length, 5);
  assert.equal(await catalog.count(mine), 501);
  assert.equal(await catalog.insert(anImage({ id: "new" as ImageId, projectId: mine })), 502);
});
