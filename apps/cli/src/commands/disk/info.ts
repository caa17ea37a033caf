import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";

export const infoCommand = buildCommand<CommonFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-info.ts")).runInfo,
  parameters: { flags: commonFlags, positional: { kind: "tuple", parameters: [textArgument("FILE", "Disk image on this machine")] } },
  docs: { brief: "Tell what a disk image is: format, size, content" },
});
