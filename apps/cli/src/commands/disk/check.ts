import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { sourceFlags } from "./source-flags.ts";
import type { SourceFlags } from "./source-flags.ts";

export interface CheckFlags extends CommonFlags, ProgressFlags, SourceFlags {
  readonly read?: boolean;
}

export const checkCommand = buildCommand<CheckFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-check.ts")).runCheck,
  parameters: {
    flags: {
      read: switchFlag("Read all data too, which decompresses it"),
      ...sourceFlags,
      ...progressFlags,
      ...commonFlags,
    },
    aliases: { f: "format" },
    positional: { kind: "tuple", parameters: [textArgument("FILE", "Disk image: a file, http(s)://… or s3://bucket/key")] },
  },
  docs: {
    brief: "Find structural faults in a disk image, with their offsets",
    fullDescription:
      "Reads and changes nothing. An error means that content is lost or in danger; a leak only that the file is longer than it need be.\nExit codes: 0 sound (leaks and warnings too), 1 errors were found, 2 and more: the check failed.",
  },
});
