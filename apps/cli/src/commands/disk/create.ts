import { buildCommand } from "@stricli/core";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { parseSize } from "../../flags/parse-size.ts";
import { textFlag } from "../../flags/text-flag.ts";
import { outputFormats } from "./disk-formats.ts";

export interface CreateFlags extends CommonFlags {
  readonly outputFormat: OutputFormat;
  readonly size: number;
  readonly subformat?: string;
}

export const createCommand = buildCommand<CreateFlags, [target: string], CliContext>({
  loader: async () => (await import("./run-create.ts")).runCreate,
  parameters: {
    flags: {
      outputFormat: { kind: "enum", values: outputFormats, brief: "Format to write" },
      size: { kind: "parsed", parse: parseSize, brief: "Size of the disk: bytes, or with K, M, G, T (1024 each)", placeholder: "SIZE" },
      subformat: textFlag("Kind of file, as for convert", "KIND"),
      ...commonFlags,
    },
    aliases: { O: "outputFormat", s: "size" },
    positional: { kind: "tuple", parameters: [textArgument("FILE", "File to make; one that is there is not touched")] },
  },
  docs: { brief: "Make an empty disk image" },
});
