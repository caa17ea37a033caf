import { openSession } from "../../connection/open-session.ts";
import type { CliContext } from "../../context.ts";
import { folderUpkeep } from "./folder-upkeep.ts";
import { serverUpkeep } from "./server-upkeep.ts";
import { settingsOf } from "./store-flags.ts";
import type { StoreFlags } from "./store-flags.ts";
import type { Upkeep } from "./upkeep.ts";

/** What names a server; where none of them is given, and no data folder or settings, that of this machine is meant. */
const serverVariables = ["TINTYPE_ENDPOINT", "OS_AUTH_URL", "OS_CLOUD"] as const;

/**
 * Opens the data folder when no server holds it, and goes through the server when one does, or when one is named.
 *
 * Throws  what opening the folder or the session throws
 */
export async function openUpkeep(context: CliContext, flags: StoreFlags): Promise<Upkeep> {
  const { endpoint, authUrl, cloud, dataDir, config } = flags;
  const isServerNamed = [endpoint, authUrl, cloud, ...serverVariables.map((name) => context.env[name])].some((text) => (text ?? "") !== "");
  if (dataDir === undefined && config === undefined && isServerNamed) {
    return serverUpkeep(context, await openSession(context, flags));
  }
  const { openUpkeep: openFolder } = await import("@tintype/server/open-upkeep.ts");
  const opened = await openFolder({ argv: settingsOf(flags), env: context.env });
  if (!("heldDataDir" in opened)) {
    return folderUpkeep(context, opened);
  }
  const env = { ...context.env, TINTYPE_DATA_DIR: opened.heldDataDir };
  return serverUpkeep(context, await openSession({ ...context, env }, flags));
}
