import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { sourceFlags } from "./source-flags.ts";
import type { SourceFlags } from "./source-flags.ts";

export const infoCommand = buildCommand<CommonFlags & SourceFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-info.ts")).runInfo,
  parameters: {
    flags: { ...sourceFlags, ...commonFlags },
    aliases: { f: "format" },
    positional: { kind: "tuple", parameters: [textArgument("FILE", "Disk image: a file, http(s)://…, s3://bucket/key or image:ID")] },
  },
  docs: { brief: "Tell what a disk image is: format, size, content" },
});
