import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RebuildReport } from "@tintype/contract/api/store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { sqlCatalog } from "./adapters/sql/sql-catalog.ts";
import { openSqlite } from "./adapters/sqlite/open-sqlite.ts";
import { sqliteCopies } from "./adapters/sqlite/sqlite-copies.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { releaseNotedBlobs } from "./buckets/release-noted-blobs.ts";
import { loadConfig } from "./config/load-config.ts";
import { backupsFolder, catalogPath } from "./data-folder.ts";
import { createLogger } from "./observability/logger.ts";
import { openStores } from "./open-stores.ts";
import { StartError } from "./start-error.ts";
import { chunkStoreUpkeep } from "./upkeep/chunk-store-upkeep.ts";
import { rebuildCatalog } from "./upkeep/rebuild-catalog.ts";
import type { StoreUpkeep } from "./upkeep/store-upkeep.ts";

/** A data folder that is held for upkeep while no service runs. */
export interface OpenUpkeep extends AsyncDisposable {
  readonly upkeep: StoreUpkeep;
  rebuild(run?: { readonly signal?: AbortSignal | undefined }): Promise<RebuildReport>;
}

/** Where settings come from, as for the service. */
export interface UpkeepInput {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens the data folder that the settings name, for itself alone; answers "held" when a service has it.
 *
 * Throws  ConfigError, StartError: there is no data folder, or it cannot be opened
 */
export async function openUpkeep({ argv, env }: UpkeepInput): Promise<OpenUpkeep | "held"> {
  const { config } = await loadConfig({ argv, env, readFile: async (path) => readFile(path, "utf8") });
  const dataDir = config.data.dir;
  await requireDataFolder(dataDir);
  const log = createLogger(config.log.level);
  await using opened = new AsyncDisposableStack();
  try {
    const { store, stores } = await openStores({ config, dataDir, log, clock: systemClock });
    opened.use(store);
    const database = await openSqlite(catalogPath(dataDir));
    opened.defer(async () => database.destroy());
    const catalog = sqlCatalog(database);
    await releaseNotedBlobs({ catalog, store });
    const { backupsKept, graceMinutes } = config.upkeep;
    const copies = sqliteCopies(catalogPath(dataDir), backupsFolder(dataDir));
    const upkeep = chunkStoreUpkeep({ stores, catalog, clock: systemClock, copies, keep: backupsKept, graceMs: graceMinutes * 60_000 });
    const holding = opened.move();
    return {
      upkeep,
      rebuild: async (run) => rebuildCatalog({ catalog, stores }, run),
      [Symbol.asyncDispose]: async () => holding.disposeAsync(),
    };
  } catch (error) {
    const cause = error instanceof StartError ? error.cause : undefined;
    if (isStoreError(cause) && cause.code === "store.locked") {
      return "held";
    }
    throw error;
  }
}

/** A wrong name must not make a new, empty service. */
async function requireDataFolder(dataDir: string): Promise<void> {
  try {
    await access(join(dataDir, "store"));
  } catch (error) {
    const message = `${dataDir} is no data folder of Tintype: there is no "store" in it. Name the folder with --data-dir or TINTYPE_DATA_DIR.`;
    throw new StartError(message, { cause: error });
  }
}
