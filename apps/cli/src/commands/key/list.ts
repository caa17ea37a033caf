import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";

export interface ListFlags extends CommonFlags, ConnectionFlags {}

export const listCommand = buildCommand<ListFlags, [], CliContext>({
  loader: async () => (await import("./run-list.ts")).runList,
  parameters: { flags: { ...commonFlags, ...connectionFlags } },
  docs: { brief: "List the project's master keys, newest first" },
});
