import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../system/tintype-process.ts";
import type { BenchImage } from "./bench-image.ts";

/** A real Glance on SQLite with the given images, without any check of who calls: it has less to do than ours. */
export interface GlanceServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** Choices for a Glance. */
export interface GlanceOptions {
  /** Keeps images that were downloaded in a cache, as operators set it up. */
  readonly caches?: boolean;
}

/**
 * Starts Debian's `glance-api` (two processes, as many as the machine has cores) on a database in `folder`.
 *
 * Throws  Error when Glance is not installed, or does not come up
 */
export async function startGlance(
  folder: string,
  images: readonly BenchImage[],
  { caches = false }: GlanceOptions = {},
): Promise<GlanceServer> {
  const port = await freePort();
  const config = join(folder, "glance.conf");
  const database = join(folder, "glance.sqlite");
  await Promise.all(["store", "staging", "tasks", "cache"].map((name) => mkdir(join(folder, name), { recursive: true })));
  await writeFile(config, configuration({ folder, database, port, flavor: caches ? "caching" : "" }));
  const sync = spawnSync("glance-manage", ["--config-file", config, "db_sync"], { encoding: "utf8" });
  if (sync.status !== 0) {
    throw new Error(`glance-manage db_sync failed, is Debian's glance-api installed? ${sync.error?.message ?? sync.stderr}`);
  }
  fill(database, images);
  const child = spawn("glance-api", ["--config-file", config], { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      await gone;
    }
  };
  for (let attempt = 0; ; attempt += 1) {
    try {
      await fetch(`${url}/v2/images?limit=1`);
      return { url, pid: child.pid ?? -1, [Symbol.asyncDispose]: stop };
    } catch (error) {
      if (attempt > 120) {
        await stop();
        throw new Error(`Glance does not answer, see ${join(folder, "glance.log")}`, { cause: error });
      }
      await sleep(500);
    }
  }
}

function configuration({ folder, database, port, flavor }: { folder: string; database: string; port: number; flavor: string }): string {
  return `[DEFAULT]
bind_host = 127.0.0.1
bind_port = ${port}
workers = 2
log_file = ${join(folder, "glance.log")}
enabled_backends = fs:file
image_cache_dir = ${join(folder, "cache")}
[database]
connection = sqlite:///${database}
[paste_deploy]
flavor = ${flavor}
config_file = /usr/share/glance-common/glance-api-paste.ini
[glance_store]
default_backend = fs
[fs]
filesystem_store_datadir = ${join(folder, "store")}
[os_glance_staging_store]
filesystem_store_datadir = ${join(folder, "staging")}
[os_glance_tasks_store]
filesystem_store_datadir = ${join(folder, "tasks")}
`;
}

function fill(path: string, images: readonly BenchImage[]): void {
  using database = new DatabaseSync(path);
  const insertImage = database.prepare(
    "insert into images (id, name, size, status, created_at, updated_at, deleted, disk_format, container_format, checksum, owner, min_disk," +
      " min_ram, protected, virtual_size, visibility, os_hidden) values (?, ?, ?, 'active', ?, ?, 0, 'qcow2', 'bare', ?, ?, 40, 0, 0, ?, 'shared', 0)",
  );
  const insertProperty = database.prepare(
    "insert into image_properties (image_id, name, value, created_at, deleted) values (?, ?, ?, ?, 0)",
  );
  const insertTag = database.prepare("insert into image_tags (image_id, value, created_at, deleted) values (?, ?, ?, 0)");
  database.exec("begin");
  for (const { id, name, createdAt, properties, tags } of images) {
    const created = new Date(createdAt).toISOString().slice(0, 19).replace("T", " ");
    insertImage.run(id, name, 2 ** 30, created, created, "0".repeat(32), "bench", 40 * 2 ** 30);
    for (const [key, value] of Object.entries(properties)) {
      insertProperty.run(id, key, value, created);
    }
    for (const tag of tags) {
      insertTag.run(id, tag, created);
    }
  }
  database.exec("commit");
}
