import { buildCommand } from "@stricli/core";
import type { Command } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";

export interface ChangeFlags extends CommonFlags, ConnectionFlags {}

/** What can be done to a key without saying more. */
export type KeyChange = "enable" | "disable" | "restore" | "rotate";

/** The command that does it and prints the key. */
export function changeCommand(change: KeyChange, brief: string): Command<CliContext> {
  return buildCommand<ChangeFlags, [key: string], CliContext>({
    loader: async () => (await import("./run-change.ts")).runChange(change),
    parameters: {
      flags: { ...commonFlags, ...connectionFlags },
      positional: { kind: "tuple", parameters: [textArgument("KEY", "Id or alias of a key")] },
    },
    docs: { brief },
  });
}
