import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";

/** For `--help`, and for `config show` without settings: what has settings among its flags is read as the server reads it. */
export const showCommand = buildCommand<CommonFlags, [], CliContext>({
  func: async function showWithoutSettings(this: CliContext, flags: CommonFlags): Promise<void> {
    const { runShow } = await import("./run-show.ts");
    await runShow(this, flags, []);
  },
  parameters: { flags: commonFlags },
  docs: {
    brief: "Show every setting and where its value came from",
    customUsage: ["[--json]", { input: "[--json] --SETTING VALUE ...", brief: "what the settings would be with these flags" }],
  },
});
