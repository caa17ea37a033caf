import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";

export interface ShowFlags extends CommonFlags, ConnectionFlags {}

export const showCommand = buildCommand<ShowFlags, [image: string], CliContext>({
  loader: async () => (await import("./run-show.ts")).runShow,
  parameters: {
    flags: { ...commonFlags, ...connectionFlags },
    positional: { kind: "tuple", parameters: [textArgument("ID", "Id of an image, or a name that only one has")] },
  },
  docs: { brief: "Show all that is known of an image" },
});
