import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";

export const mapCommand = buildCommand<CommonFlags, [file: string], CliContext>({
  loader: async () => (await import("./run-map.ts")).runMap,
  parameters: { flags: commonFlags, positional: { kind: "tuple", parameters: [textArgument("FILE", "Disk image on this machine")] } },
  docs: { brief: "List where a disk holds data, zeros and holes" },
});
