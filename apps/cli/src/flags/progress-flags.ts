import type { FlagParametersForType } from "@stricli/core";
import type { CliContext } from "../context.ts";
import { progressModes } from "../output/progress-line.ts";
import type { ProgressMode } from "../output/progress-line.ts";

/** How a command that takes long shows that it moves. */
export interface ProgressFlags {
  readonly progress?: ProgressMode;
}

export const progressFlags: FlagParametersForType<ProgressFlags, CliContext> = {
  progress: {
    kind: "enum",
    values: progressModes,
    brief: "json: one object a line, plain: a line every 5 s, none (default: one line that rewrites itself on a terminal, else plain)",
    optional: true,
  },
};
