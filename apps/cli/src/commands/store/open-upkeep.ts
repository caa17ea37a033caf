import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { folderUpkeep } from "./folder-upkeep.ts";
import { serverUpkeep } from "./server-upkeep.ts";
import type { StoreFlags } from "./store-flags.ts";
import type { Upkeep } from "./upkeep.ts";

/** What names a server; where none of them is given, the data folder of this machine is meant. */
const serverVariables = ["TINTYPE_ENDPOINT", "OS_AUTH_URL", "OS_CLOUD"] as const;

/**
 * Opens the data folder when no server holds it, and goes through the server when one does, or when one is named.
 *
 * Throws  what opening the folder or the session throws
 */
export async function openUpkeep(context: CliContext, flags: StoreFlags): Promise<Upkeep> {
  const { endpoint, authUrl, cloud, dataDir } = flags;
  const isServerNamed = [endpoint, authUrl, cloud, ...serverVariables.map((name) => context.env[name])].some((text) => (text ?? "") !== "");
  if (dataDir !== undefined || !isServerNamed) {
    const { openUpkeep: openFolder } = await import("@tintype/server/open-upkeep.ts");
    const opened = await openFolder({ argv: dataDir === undefined ? [] : ["--data-dir", dataDir], env: context.env });
    if (opened !== "held") {
      return folderUpkeep(context, opened);
    }
  }
  const env = dataDir === undefined ? context.env : { ...context.env, TINTYPE_DATA_DIR: dataDir };
  return serverUpkeep(context, await openSession({ ...context, env }, flags));
}
