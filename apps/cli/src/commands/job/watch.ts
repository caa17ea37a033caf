import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";

export interface WatchFlags extends CommonFlags, ProgressFlags, ConnectionFlags {}

export const watchCommand = buildCommand<WatchFlags, [job: string], CliContext>({
  loader: async () => (await import("./run-watch.ts")).runWatch,
  parameters: {
    flags: { ...progressFlags, ...commonFlags, ...connectionFlags },
    positional: { kind: "tuple", parameters: [textArgument("ID", "Id of a job")] },
  },
  docs: {
    brief: "Wait for a job and show how far it is",
    fullDescription:
      "Ctrl-C ends the watching; the job goes on.\nExit codes: 0 the job succeeded, 2 it was cancelled, any other: it failed.",
  },
});
