import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { Kysely } from "kysely";
import type { ImageId } from "../../ports/ids.ts";
import { migrate } from "../sql/migrate.ts";
import { migrations } from "../sql/migrations/migrations.table.ts";
import { sqlImageCatalog } from "../sql/sql-image-catalog.ts";
import { sqlRecycleBin } from "../sql/sql-recycle-bin.ts";
import type { Tables } from "../sql/tables.ts";
import { plainImage } from "../../ports/testing/plain-image.ts";
import { nodeSqliteDialect } from "./node-sqlite-driver.ts";

const disks = JSON.stringify([{ blobId: "0".repeat(32), virtualSizeBytes: 1, dataBytes: 1 }]);

test("images from before there were several stores lie in the one there was, when they have content", async () => {
  using database = new DatabaseSync(":memory:");
  const db = new Kysely<Tables>({ dialect: nodeSqliteDialect(database) });
  await migrate(
    db,
    migrations.slice(
      0,
      migrations.findIndex(({ name }) => name === "image-stores"),
    ),
  );
  // As versions before this one wrote them.
  const insert = database.prepare(
    `insert into images (id, project_id, name, description, status, visibility, protected, kind, container_format, disk_format, min_disk_gib,
      min_ram_mib, max_ram_mib, disks, os_type, os_bit, os_version, platform, architecture, firmware, enterprise_project_id, tags, properties,
      created_at, updated_at) values (?, 'p-mine', 'n', '', 'active', 'private', 0, 'system', 'bare', 'zvhd2', 40, 0, 0, ?, 'Linux', '64',
      'v', 'p', 'x86', 'bios', '0', '[]', '{}', 1, 1)`,
  );
  insert.run("full", disks);
  insert.run("empty", "[]");
  const { stores: _none, ...recycled } = plainImage({ id: "recycled" as ImageId });
  database
    .prepare("insert into recycled_images (id, project_id, deleted_at, purge_at, record) values ('recycled', 'p', 1, 2, ?)")
    .run(JSON.stringify(recycled));
  await migrate(db);
  const catalog = sqlImageCatalog(db);
  assert.deepEqual((await catalog.get("full" as ImageId))?.stores, ["main"]);
  assert.deepEqual((await catalog.get("empty" as ImageId))?.stores, []);
  assert.deepEqual((await sqlRecycleBin(db).get("recycled" as ImageId))?.image.stores, ["main"]);
});
