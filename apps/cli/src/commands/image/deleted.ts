import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";

export interface DeletedFlags extends CommonFlags, ConnectionFlags {}

export const deletedCommand = buildCommand<DeletedFlags, [], CliContext>({
  loader: async () => (await import("./run-deleted.ts")).runDeleted,
  parameters: { flags: { ...commonFlags, ...connectionFlags } },
  docs: { brief: "List deleted images that can be restored" },
});
