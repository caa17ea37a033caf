import type { FlagParametersForType } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { textFlag } from "../../flags/text-flag.ts";

/** Flags of every command about the store. */
export interface StoreFlags extends CommonFlags, ProgressFlags, ConnectionFlags {
  readonly dataDir?: string;
}

export const storeFlags: FlagParametersForType<StoreFlags, CliContext> = {
  dataDir: textFlag("Data folder (TINTYPE_DATA_DIR; default: ./data), unless a server is named", "FOLDER"),
  ...progressFlags,
  ...commonFlags,
  ...connectionFlags,
};

/** What every command about the store does first, for its help. */
export const whereItRuns =
  "Goes through the server that holds the data folder, or that the flags name, and opens the folder itself when none does. The answers are the same.";
