import { isServiceError } from "@tintype/contract/service-error.ts";
import { folderOsListFiles } from "./adapters/os-list-files/folder-os-list-files.ts";
import { openOsLists } from "./os-lists/open-os-lists.ts";
import type { ReloadableOsLists } from "./os-lists/open-os-lists.ts";
import type { Log } from "./ports/log.ts";
import { StartError } from "./start-error.ts";

/** Opens the lists of operating systems, with those of an operator's folder if there is one. Throws  StartError, for files that do not do */
export async function readOsLists(folder: string | undefined, log: Log): Promise<ReloadableOsLists> {
  const files = folder === undefined ? { read: async () => [] } : folderOsListFiles(folder);
  try {
    return await openOsLists({ files, log });
  } catch (error) {
    throw isServiceError(error) ? new StartError(error.message, { cause: error }) : error;
  }
}
