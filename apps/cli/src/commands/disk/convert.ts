import { buildCommand } from "@stricli/core";
import type { OutputFormat } from "@tintype/disk/core/disk-format.ts";
import type { Compression } from "@tintype/disk/formats/planners.table.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { switchFlag } from "../../flags/switch-flag.ts";
import { textFlag } from "../../flags/text-flag.ts";
import { outputFormats } from "./disk-formats.ts";
import { shapeFlags } from "./shape-flags.ts";
import type { ShapeFlags } from "./shape-flags.ts";
import { sourceFlags } from "./source-flags.ts";
import type { SourceFlags } from "./source-flags.ts";

export interface ConvertFlags extends CommonFlags, ProgressFlags, SourceFlags, ShapeFlags {
  readonly outputFormat: OutputFormat;
  readonly compress?: boolean;
  readonly compression?: Compression;
  readonly subformat?: string;
}

const compressions: readonly Compression[] = ["none", "zlib", "zstd"];

export const convertCommand = buildCommand<ConvertFlags, [source: string, target: string], CliContext>({
  loader: async () => (await import("./run-convert.ts")).runConvert,
  parameters: {
    flags: {
      outputFormat: { kind: "enum", values: outputFormats, brief: "Format to write" },
      compress: switchFlag("Compress the data with zlib (qcow2, vmdk)"),
      compression: { kind: "enum", values: compressions, brief: "How to compress, where the format leaves a choice", optional: true },
      subformat: textFlag("Kind of file: vmdk streamOptimized, vhd fixed or azure, vhdx fixed, qcow2 0.10", "KIND"),
      ...shapeFlags,
      ...sourceFlags,
      ...progressFlags,
      ...commonFlags,
    },
    aliases: { O: "outputFormat", f: "format", c: "compress" },
    positional: {
      kind: "tuple",
      parameters: [
        textArgument("SRC", "Disk image to read: a file, http(s)://…, s3://bucket/key or image:ID"),
        textArgument("DST", "File to write, replaced once the new one is whole; - writes to standard output"),
      ],
    },
  },
  docs: { brief: "Convert a disk image to another format" },
});
