import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { storeFlags, whereItRuns } from "./store-flags.ts";
import type { StoreFlags } from "./store-flags.ts";

export const backupCommand = buildCommand<StoreFlags, [], CliContext>({
  loader: async () => (await import("./run-backup.ts")).runBackup,
  parameters: { flags: storeFlags },
  docs: { brief: "Copy the catalog, also while it is in use", fullDescription: whereItRuns },
});
