import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { parseCount } from "../../flags/parse-count.ts";
import { textArgument } from "../../flags/positional.ts";
import { switchFlag } from "../../flags/switch-flag.ts";

export interface DeleteFlags extends CommonFlags, ConnectionFlags {
  readonly days?: number;
  readonly yes?: boolean;
}

export const deleteCommand = buildCommand<DeleteFlags, [key: string], CliContext>({
  loader: async () => (await import("./run-delete.ts")).runDelete,
  parameters: {
    flags: {
      days: {
        kind: "parsed",
        parse: parseCount,
        brief: "Days until the key is gone, 7 to 1096 (default: 30)",
        placeholder: "N",
        optional: true,
      },
      yes: switchFlag("Do not ask (never asked where nobody can answer)"),
      ...commonFlags,
      ...connectionFlags,
    },
    aliases: { y: "yes" },
    positional: { kind: "tuple", parameters: [textArgument("KEY", "Id or alias of a key")] },
  },
  docs: { brief: "Delete a master key after some days; until then it can be restored" },
});
