import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { parseCount } from "../../flags/parse-count.ts";
import { textFlag } from "../../flags/text-flag.ts";

export interface ListFlags extends CommonFlags, ConnectionFlags {
  readonly name?: string;
  readonly status?: string;
  readonly limit?: number;
}

export const listCommand = buildCommand<ListFlags, [], CliContext>({
  loader: async () => (await import("./run-list.ts")).runList,
  parameters: {
    flags: {
      name: textFlag("Only images of exactly this name", "TEXT"),
      status: textFlag("Only images in this status: queued, saving, active, killed", "TEXT"),
      limit: { kind: "parsed", parse: parseCount, brief: "At most so many (default: all)", placeholder: "N", optional: true },
      ...commonFlags,
      ...connectionFlags,
    },
  },
  docs: { brief: "List images" },
});
