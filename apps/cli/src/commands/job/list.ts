import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { parseCount } from "../../flags/parse-count.ts";

const statuses = ["queued", "running", "succeeded", "failed", "cancelled"] as const;

export interface ListFlags extends CommonFlags, ConnectionFlags {
  readonly status?: (typeof statuses)[number];
  readonly limit?: number;
}

export const listCommand = buildCommand<ListFlags, [], CliContext>({
  loader: async () => (await import("./run-list.ts")).runList,
  parameters: {
    flags: {
      status: { kind: "enum", values: statuses, brief: "Only jobs in this status", optional: true },
      limit: { kind: "parsed", parse: parseCount, brief: "At most so many (default: all)", placeholder: "N", optional: true },
      ...commonFlags,
      ...connectionFlags,
    },
  },
  docs: { brief: "List jobs, newest first" },
});
