import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { sourceFlags } from "./source-flags.ts";
import type { SourceFlags } from "./source-flags.ts";

export const mapCommand = buildCommand<CommonFlags & SourceFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-map.ts")).runMap,
  parameters: {
    flags: { ...sourceFlags, ...commonFlags },
    aliases: { f: "format" },
    positional: { kind: "tuple", parameters: [textArgument("FILE", "Disk image: a file, http(s)://…, s3://bucket/key or image:ID")] },
  },
  docs: { brief: "List where a disk holds data, zeros and holes" },
});
