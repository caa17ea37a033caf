import { buildCommand } from "@stricli/core";
import type { DiskFormat, WritableFormat } from "@tintype/disk/core/disk-format.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { diskFormats } from "./disk-formats.ts";

export interface ConvertFlags extends CommonFlags, ProgressFlags {
  readonly outputFormat: WritableFormat;
  readonly format?: DiskFormat;
  readonly compress?: boolean;
}

export const convertCommand = buildCommand<ConvertFlags, [source: string, target: string], CliContext>({
  loader: async () => (await import("./run-convert.ts")).runConvert,
  parameters: {
    flags: {
      outputFormat: { kind: "enum", values: diskFormats, brief: "Format to write" },
      format: { kind: "enum", values: diskFormats, brief: "Format that SRC is said to have; anything else is refused", optional: true },
      compress: { kind: "boolean", brief: "Compress the data (qcow2)", optional: true, withNegated: false },
      ...progressFlags,
      ...commonFlags,
    },
    aliases: { O: "outputFormat", f: "format", c: "compress" },
    positional: {
      kind: "tuple",
      parameters: [
        textArgument("SRC", "Disk image to read"),
        textArgument("DST", "File to write; one that is there is replaced once the new one is whole"),
      ],
    },
  },
  docs: { brief: "Convert a disk image to another format" },
});
