import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { optionalTextArgument } from "../../flags/positional.ts";

export interface ListOsFlags extends CommonFlags, ConnectionFlags {
  readonly flavor?: string;
}

export const listCommand = buildCommand<ListOsFlags, [name?: string], CliContext>({
  loader: async () => (await import("./run-list.ts")).runList,
  parameters: {
    flags: {
      flavor: { kind: "parsed", parse: String, brief: "The list for this flavor, or family of flavors, alone", optional: true },
      ...commonFlags,
      ...connectionFlags,
    },
    positional: { kind: "tuple", parameters: [optionalTextArgument("NAME", "One list with its systems; names of all of them without it")] },
  },
  docs: { brief: "List the lists of operating systems, or the systems of one" },
});
