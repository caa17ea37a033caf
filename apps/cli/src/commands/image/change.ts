import { buildCommand } from "@stricli/core";
import type { Command } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";

export interface ChangeFlags extends CommonFlags, ConnectionFlags {}

/** What can be done to an image without saying more. */
export type ImageVerb = "publish" | "withdraw" | "restore" | "purge";

/** The command that does it and prints the image's id. */
export function changeCommand(verb: ImageVerb, brief: string): Command<CliContext> {
  return buildCommand<ChangeFlags, [image: string], CliContext>({
    loader: async () => (await import("./run-change.ts")).runChange(verb),
    parameters: {
      flags: { ...commonFlags, ...connectionFlags },
      positional: { kind: "tuple", parameters: [textArgument("ID", "Id of an image, or a name that only one has")] },
    },
    docs: { brief },
  });
}
