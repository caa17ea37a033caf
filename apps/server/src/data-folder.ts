import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeDirectory } from "@tintype/store/folder/durable-files.ts";
import { withRemedy } from "./as-start-error.ts";
import { StartError } from "./start-error.ts";

/** Where the embedded catalog lies. */
export function catalogPath(dataDir: string): string {
  return join(dataDir, "catalog.sqlite");
}

/** Where copies of the catalog lie. */
export function backupsFolder(dataDir: string): string {
  return join(dataDir, "backups");
}

/** Where files of images lie ready, unless the settings name another place. */
export function cacheFolder(dataDir: string): string {
  return join(dataDir, "cache");
}

/**
 * Makes the data folder, for its owner alone, and proves that it can be written to.
 *
 * Throws  StartError
 */
export async function prepareDataFolder(dir: string): Promise<void> {
  try {
    await makeDirectory(dir);
    const probe = join(dir, ".write-probe");
    await writeWhole(probe, "");
    await rm(probe);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = withRemedy(`The data folder ${dir} cannot be written to (${reason}).`, error);
    throw new StartError(`${sentence} TINTYPE_DATA_DIR chooses another folder.`, { cause: error });
  }
}

/** Writes a file that only its owner may read, flushed, whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  {
    await using file = await open(temporary, "w", 0o600);
    await file.writeFile(text);
    await file.sync();
  }
  await rename(temporary, path);
}
