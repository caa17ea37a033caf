import { buildCommand } from "@stricli/core";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";

export const compareCommand = buildCommand<CommonFlags, [a: string, b: string], CliContext>({
  loader: async () => (await import("./run-compare.ts")).runCompare,
  parameters: {
    flags: commonFlags,
    positional: { kind: "tuple", parameters: [textArgument("A", "Disk image"), textArgument("B", "Disk image, of any format")] },
  },
  docs: {
    brief: "Compare what two disk images hold",
    fullDescription:
      "Compares two disks as a virtual machine would read them, whatever their formats. A longer disk equals a shorter one when the rest of it is zeros.\nExit codes: 0 equal, 1 different, 2 and more: the comparison failed.",
  },
});
