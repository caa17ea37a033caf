import { buildCommand } from "@stricli/core";
import { connectionFlags } from "../../connection/connection-flags.ts";
import type { ConnectionFlags } from "../../connection/connection-flags.ts";
import type { CliContext } from "../../context.ts";
import { commonFlags } from "../../flags/common-flags.ts";
import type { CommonFlags } from "../../flags/common-flags.ts";
import { textArgument } from "../../flags/positional.ts";
import { progressFlags } from "../../flags/progress-flags.ts";
import type { ProgressFlags } from "../../flags/progress-flags.ts";
import { exportFormats } from "@tintype/contract/ims/import-formats.ts";
import { parseText, textFlag } from "../../flags/text-flag.ts";

/** What an export writes; the last is the fast way. */
const formats = [...exportFormats, "zvhd2"] as const;

export interface ExportFlags extends CommonFlags, ProgressFlags, ConnectionFlags {
  readonly format: (typeof formats)[number];
  readonly output: string;
  readonly bucket?: string;
}

export const exportCommand = buildCommand<ExportFlags, [image: string], CliContext>({
  loader: async () => (await import("./run-export.ts")).runExport,
  parameters: {
    flags: {
      format: {
        kind: "enum",
        values: formats,
        brief: "Format of the file; zvhd2 is the fast way",
      },
      output: {
        kind: "parsed",
        parse: parseText,
        brief: "File to write; one that is there is replaced once the new one is whole",
        placeholder: "FILE",
      },
      bucket: textFlag("Bucket to go through; made when missing (default: tintype-PROJECT)", "NAME"),
      ...progressFlags,
      ...commonFlags,
      ...connectionFlags,
    },
    aliases: { O: "format", o: "output" },
    positional: { kind: "tuple", parameters: [textArgument("ID", "Id of an image, or a name that only one has")] },
  },
  docs: {
    brief: "Write an image into a file on this machine",
    fullDescription: "The server writes the image into a bucket, from where it is fetched and then removed.",
  },
});
