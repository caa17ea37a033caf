import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";

export interface CancelFlags extends CommonFlags, ConnectionFlags {}

export const cancelCommand = buildCommand<CancelFlags, [job: string], CliContext>({
  loader: async () => (await import("./run-cancel.ts")).runCancel,
  parameters: {
    flags: { ...commonFlags, ...connectionFlags },
    positional: { kind: "tuple", parameters: [textArgument("ID", "Id of a job")] },
  },
  docs: { brief: "Cancel a job, and wait until what it did is undone" },
});
