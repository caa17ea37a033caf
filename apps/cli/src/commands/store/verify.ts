import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { storeFlags, whereItRuns } from "./store-flags.ts";
import type { StoreFlags } from "./store-flags.ts";

export interface VerifyFlags extends StoreFlags {
  readonly read?: boolean;
}

export const verifyCommand = buildCommand<VerifyFlags, [], CliContext>({
  loader: async () => (await import("./run-verify.ts")).runVerify,
  parameters: {
    flags: {
      read: switchFlag("Read every byte, not only the structure"),
      ...storeFlags,
    },
  },
  docs: {
    brief: "Check that nothing in the store is damaged or missing",
    fullDescription: `${whereItRuns}\nExit codes: 0 all is well, 6 something is damaged, any other: the check itself failed.`,
  },
});
