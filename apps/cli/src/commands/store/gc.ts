import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { parseGraceSeconds } from "./parse-grace-seconds.ts";
import { storeFlags, whereItRuns } from "./store-flags.ts";
import type { StoreFlags } from "./store-flags.ts";

export interface GcFlags extends StoreFlags {
  readonly dryRun?: boolean;
  readonly grace?: number;
}

export const gcCommand = buildCommand<GcFlags, [], CliContext>({
  loader: async () => (await import("./run-gc.ts")).runGc,
  parameters: {
    flags: {
      dryRun: switchFlag("Only tell what --grace 0 would free"),
      grace: {
        kind: "parsed",
        parse: parseGraceSeconds,
        brief: "How long a pack stays after it was found unused: 90s, 30m, 1h, 2d (default: upkeep.graceMinutes, 1h)",
        placeholder: "TIME",
        optional: true,
      },
      ...storeFlags,
    },
  },
  docs: {
    brief: "Free the space of deleted images",
    fullDescription: [
      "Packs that hold little or nothing that is in use are condemned by one run and go in a later one, once their grace is over;",
      "with --grace 0 the same run does both. What they hold that is in use is moved to new packs first.",
      whereItRuns,
    ].join("\n"),
  },
});
