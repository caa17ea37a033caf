import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { storeFlags, whereItRuns } from "./store-flags.ts";
import type { StoreFlags } from "./store-flags.ts";

export const statsCommand = buildCommand<StoreFlags, [], CliContext>({
  loader: async () => (await import("./run-stats.ts")).runStats,
  parameters: { flags: storeFlags },
  docs: {
    brief: "What the store holds, in all and by project",
    fullDescription: `Logical: length of the contents. Stored: what their chunks take, compressed, each counted once. Unique: what of that no other project uses.\n${whereItRuns}`,
  },
});
