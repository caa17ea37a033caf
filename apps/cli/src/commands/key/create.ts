import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { textFlag } from "../../flags/text-flag.ts";

export interface CreateFlags extends CommonFlags, ConnectionFlags {
  readonly description?: string;
}

export const createCommand = buildCommand<CreateFlags, [alias: string], CliContext>({
  loader: async () => (await import("./run-create.ts")).runCreate,
  parameters: {
    flags: { description: textFlag("What the key is for", "TEXT"), ...commonFlags, ...connectionFlags },
    positional: { kind: "tuple", parameters: [textArgument("ALIAS", "Name of the key: letters, digits and : / _ -")] },
  },
  docs: { brief: "Create a master key" },
});
