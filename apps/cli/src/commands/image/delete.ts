import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { switchFlag } from "../../flags/switch-flag.ts";

export interface DeleteFlags extends CommonFlags, ConnectionFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const deleteCommand = buildCommand<DeleteFlags, string[], CliContext>({
  loader: async () => (await import("./run-delete.ts")).runDelete,
  parameters: {
    flags: {
      yes: switchFlag("Do not ask (never asked where nobody can answer)"),
      dryRun: switchFlag("Only tell what it would free (administrators)"),
      ...commonFlags,
      ...connectionFlags,
    },
    aliases: { y: "yes" },
    positional: { kind: "array", minimum: 1, parameter: textArgument("ID", "Id of an image, or a name that only one has") },
  },
  docs: { brief: "Delete images" },
});
