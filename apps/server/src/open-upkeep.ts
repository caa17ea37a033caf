import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RebuildReport } from "@tintype/contract/api/store.ts";
import { isStoreError } from "@tintype/store/store-error.ts";
import { sqlCatalog } from "./adapters/sql/sql-catalog.ts";
import { openSqlite } from "./adapters/sqlite/open-sqlite.ts";
import { sqliteCopies } from "./adapters/sqlite/sqlite-copies.ts";
import { systemClock } from "./adapters/system-clock.ts";
import { releaseNotedBlobs } from "./buckets/release-noted-blobs.ts";
import { checkStoresAreNamed } from "./check-stores-are-named.ts";
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
  /** Throws  as `rebuildCatalog`; StartError when images remain that no store which the settings name holds: nothing is lost by that */
  rebuild(run?: { readonly signal?: AbortSignal | undefined }): Promise<RebuildReport>;
}

/** Where settings come from, as for the service. */
export interface UpkeepInput {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** For rebuilding: where images lie is found out anew, so it is judged afterwards whether all are in stores that the settings name. */
  readonly forRebuild?: boolean;
}

/** A data folder that a service holds. */
export interface HeldFolder {
  readonly heldDataDir: string;
}

/**
 * Opens the data folder that the settings name, for itself alone; answers which one it is when a service has it.
 *
 * Throws  ConfigError, StartError: there is no data folder, it cannot be opened, or images lie in stores that the settings do not name
 */
export async function openUpkeep({ argv, env, forRebuild = false }: UpkeepInput): Promise<OpenUpkeep | HeldFolder> {
  const { config } = await loadConfig({ argv, env, readFile: async (path) => readFile(path, "utf8") });
  const dataDir = config.data.dir;
  await requireDataFolder(dataDir);
  const log = createLogger(config.log.level);
  await using opened = new AsyncDisposableStack();
  try {
    const { store, stores, lost } = await openStores({ config, dataDir, log, clock: systemClock });
    opened.use(store);
    const database = await openSqlite(catalogPath(dataDir));
    opened.defer(async () => database.destroy());
    const catalog = sqlCatalog(database);
    if (!forRebuild) {
      await checkStoresAreNamed({ catalog, stores, lost, log }, { needsAll: true });
    }
    await releaseNotedBlobs({ catalog, store });
    const { backupsKept, graceMinutes } = config.upkeep;
    const copies = sqliteCopies(catalogPath(dataDir), backupsFolder(dataDir));
    const upkeep = chunkStoreUpkeep({ stores, catalog, clock: systemClock, copies, keep: backupsKept, graceMs: graceMinutes * 60_000 });
    const holding = opened.move();
    return {
      upkeep,
      rebuild: async (run) => {
        const report = await rebuildCatalog({ catalog, stores }, run);
        await checkStoresAreNamed({ catalog, stores, lost, log });
        return report;
      },
      [Symbol.asyncDispose]: async () => holding.disposeAsync(),
    };
  } catch (error) {
    const cause = error instanceof StartError ? error.cause : undefined;
    if (isStoreError(cause) && cause.code === "store.locked") {
      return { heldDataDir: dataDir };
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
