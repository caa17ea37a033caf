import { buildCommand } from "@stricli/core";
import type { Command } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";

export interface ReloadFlags extends CommonFlags, ConnectionFlags {}

/** What is done with the operator's lists: looked at, or taken. */
export type Reloading = "check" | "reload";

export function reloadCommand(reloading: Reloading, brief: string): Command<CliContext> {
  return buildCommand<ReloadFlags, [], CliContext>({
    loader: async () => (await import("./run-reload.ts")).runReload(reloading),
    parameters: { flags: { ...commonFlags, ...connectionFlags } },
    docs: { brief, fullDescription: "The server reads the folder of its setting osLists.dir. A bad file leaves all lists as they were." },
  });
}
