import type { FlagParametersForType } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { textFlag } from "../../flags/text-flag.ts";

/** Flags that name a data folder. */
export interface FolderFlags {
  readonly dataDir?: string;
  readonly config?: string;
}

/** Flags of every command about the store. */
export interface StoreFlags extends CommonFlags, ProgressFlags, ConnectionFlags, FolderFlags {}

/** Which data folder is meant, and the settings that the server has for it. */
export const folderFlags: FlagParametersForType<FolderFlags, CliContext> = {
  dataDir: textFlag("Data folder (TINTYPE_DATA_DIR; default: what --config names, else ./data)", "FOLDER"),
  config: textFlag("The server's file of settings, as for tintype serve (TINTYPE_CONFIG_FILE)", "FILE"),
};

/** Those flags as the server's own loader of settings takes them. */
export function settingsOf({ dataDir, config }: FolderFlags): readonly string[] {
  return [...(config === undefined ? [] : ["--config", config]), ...(dataDir === undefined ? [] : ["--data-dir", dataDir])];
}

export const storeFlags: FlagParametersForType<StoreFlags, CliContext> = {
  ...folderFlags,
  ...progressFlags,
  ...commonFlags,
  ...connectionFlags,
};

/** What every command about the store does first, for its help. */
export const whereItRuns =
  "Goes through the server that holds the data folder, or that the flags name, and opens the folder itself when none does, with the settings that --config, TINTYPE_* variables and flags give. The answers are the same.";
